import { ANNOTATION, RecordedEvent, type Annotation, type EventScope, type NewEvent } from '@shared/model/event';
import { english, KeyedMessage } from '@shared/text/message';
import { parseJson } from '../file/json';
import type { Migration } from '../file/migration';
import type { ReadHandle, WriteHandle } from '../file/open';
import { repository, type WriteContext } from '../repository';
import { samples } from '../samples/repository';

const DAY_MS = 86_400_000;

export type EventSelection = Readonly<Partial<EventScope>>;

/** Later than any clock. */
const EVER_MS = 8_640_000_000_000_000;

/** In one transaction; each comes back with the id it got. */
function eventAppender(db: WriteHandle): (events: readonly NewEvent[]) => RecordedEvent[] {
  const insert = db.query<{ id: number }>(
    'INSERT INTO event (at_ms, device, kind, code, severity, text, said, "values", "by") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id',
  );
  return (events) =>
    db.transaction(() =>
      events.map((event) => {
        const { id } =
          insert.get(
            event.atMs,
            event.device,
            event.kind,
            event.code,
            event.severity,
            english(event.text),
            typeof event.text === 'string' ? null : JSON.stringify(event.text),
            event.values ? JSON.stringify(event.values) : null,
            event.by ?? null,
          ) ?? {};
        if (id === undefined) throw new Error('an event was not stored');
        return { values: null, by: null, ...event, id };
      }),
    );
}

/** Changes and takes away what people wrote; false for what is no note. */
function noteKeeper(db: WriteHandle): { revise(id: number, note: Annotation): boolean; remove(id: number): boolean } {
  const update = db.change(`UPDATE event SET at_ms = ?, device = ?, text = ? WHERE id = ? AND kind = '${ANNOTATION}'`);
  const remove = db.change(`DELETE FROM event WHERE id = ? AND kind = '${ANNOTATION}'`);
  return {
    revise: (id, { atMs, device, text }) => db.transaction(() => update.run(atMs, device, text, id)) > 0,
    remove: (id) => db.transaction(() => remove.run(id)) > 0,
  };
}

interface Row extends Omit<RecordedEvent, 'text' | 'values'> {
  readonly text: string;
  readonly said: string | null;
  readonly values: string | null;
}

/** A newer app's message that is not known here is read in English. */
function toEvent({ text, said, values, ...event }: Row): RecordedEvent {
  const localized = said === null ? null : KeyedMessage.safeParse(parseJson(said)).data;
  const named = values === null ? null : RecordedEvent.shape.values.safeParse(parseJson(values)).data;
  return { ...event, text: localized ?? text, values: named ?? null };
}

/** The newest of a time and kind (NULL = all); each way has an index that begins with what it asks for. */
const selectOf = (index: string, devices: string): string =>
  `SELECT id, at_ms AS atMs, device, kind, code, severity, text, said, "values", "by" FROM event INDEXED BY ${index}
   WHERE ${devices}at_ms BETWEEN ? AND ? AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(?) WHERE kind GLOB value)) ORDER BY at_ms DESC, id DESC LIMIT ?`;
export const selectEvents = {
  ofAll: selectOf('event_at', ''),
  ofThese: selectOf('event_device', 'device IN (SELECT value FROM json_each(?)) AND '),
} as const;

/** Oldest first. A kind `run.*` stands for all of that name. */
export function openEventQuery(db: ReadHandle): (selection: EventSelection) => RecordedEvent[] {
  const ofAll = db.query<Row>(selectEvents.ofAll);
  const ofThese = db.query<Row>(selectEvents.ofThese);
  const list = (values: readonly string[] | undefined): string | null => (values === undefined ? null : JSON.stringify(values));
  return ({ fromMs = 0, toMs = EVER_MS, devices, kinds, limit = 1_000 }) => {
    const rest = [fromMs, toMs, list(kinds), list(kinds), limit] as const;
    return (devices === undefined ? ofAll.all(...rest) : ofThese.all(list(devices), ...rest)).reverse().map(toEvent);
  };
}

/** Events taken out at once: some milliseconds. */
const EXPIRE_AT_ONCE = 2_000;

/**
 * Takes out what is older than the retention, oldest first, a bit with each call; what a person noted stays. A clock that is
 * ahead of the time that passed takes nothing out for that, as with samples. Never throws: what is recorded stays recorded, and
 * a disk that refuses is asked again by the next call.
 */
function eventRetention({ db, of, log }: WriteContext): { set(days: number): void; step(): void } {
  const history = of(samples);
  const drop = db.change(
    `DELETE FROM event WHERE id IN (SELECT id FROM event INDEXED BY event_at WHERE at_ms < ? AND kind <> '${ANNOTATION}' ORDER BY at_ms LIMIT ${EXPIRE_AT_ONCE})`,
  );
  let keptMs = Infinity;
  let isFailing = false;
  const step = (): void => {
    if (keptMs === Infinity) return;
    const beforeMs = Date.now() - history.keeping.aheadMs - keptMs;
    try {
      db.transaction(() => void drop.run(beforeMs));
      isFailing = false;
    } catch (error) {
      if (!isFailing) log('warn', `old events stay for now: ${String(error)}`);
      isFailing = true;
    }
  };
  return {
    step,
    set(days) {
      keptMs = days * DAY_MS;
      step();
    },
  };
}

/**
 * What the core says of an event, as the name of a text and what stands in it (a `KeyedMessage` as JSON), so that the window can
 * translate it; `text` goes on having the English words. Null for people's notes, and for what was recorded before.
 */
const messages: Migration = { version: 5, name: 'event phrases', sql: 'ALTER TABLE event ADD COLUMN said TEXT;' };

/** The events of one device among those of a hall. */
const deviceIndex: Migration = {
  version: 13,
  name: 'event index',
  sql: 'CREATE INDEX event_device ON event (device, at_ms, id);',
};

const renamed: readonly (readonly [before: string, after: string])[] = [
  ['annotation', 'note'],
  ['xid', 'gpu.xid'],
  ['gpu-lost', 'device.lost'],
  ['gpu-back', 'device.back'],
  ['device-lost', 'device.lost'],
  ['device-back', 'device.back'],
  ['driver-lost', 'driver.lost'],
  ['driver-back', 'driver.back'],
  ['device-missing', 'device.missing'],
  ['device-removed', 'device.removed'],
  ['device-added', 'device.added'],
  ['device-slept', 'device.asleep'],
  ['device-woke', 'device.awake'],
  ['power-scope', 'power.scope'],
];

/**
 * Kinds begin with what they happen to, so that all of a run's or a collector's are asked for at once. `values` is a JSON
 * object of what was measured or named then, `by` who did it; both null for what was recorded before, but for people's notes.
 */
const eventModel: Migration = {
  version: 18,
  name: 'event model',
  sql: `
    ALTER TABLE event ADD COLUMN "values" TEXT;
    ALTER TABLE event ADD COLUMN "by" TEXT;
    UPDATE event SET "by" = 'person' WHERE kind = 'annotation';
    ${renamed.map(([before, after]) => `UPDATE event SET kind = '${after}' WHERE kind = '${before}';`).join('\n    ')}
  `,
};

/** What happened, and what people noted. */
export const events = repository({
  migrations: [messages, deviceIndex, eventModel],
  write(on) {
    const insert = eventAppender(on.db);
    const notes = noteKeeper(on.db);
    const retention = eventRetention(on);
    return {
      append(given: readonly NewEvent[]): RecordedEvent[] {
        const recorded = insert(given);
        retention.step();
        return recorded;
      },
      reviseNote: notes.revise,
      removeNote: notes.remove,
      /** For how long events are kept from now on; what is older goes bit by bit, notes of people stay. */
      setRetention: (days: number): void => retention.set(days),
    };
  },
  prepare: ({ db }) => openEventQuery(db),
  queries: { select: (select, selection: EventSelection): RecordedEvent[] => select(selection) },
});
