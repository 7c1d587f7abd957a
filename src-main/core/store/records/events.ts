import { ANNOTATION, RecordedEvent, type Annotation, type EventScope, type NewEvent } from '@shared/model/event';
import { english, KeyedMessage } from '@shared/text/message';
import { parseJson } from '../file/json';
import type { Migration } from '../file/migration';
import type { ReadHandle, WriteHandle } from '../file/open';
import { repository } from '../repository';

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
  const phrase = said === null ? null : KeyedMessage.safeParse(parseJson(said)).data;
  const named = values === null ? null : RecordedEvent.shape.values.safeParse(parseJson(values)).data;
  return { ...event, text: phrase ?? text, values: named ?? null };
}

/** Oldest first. A kind `run.*` stands for all of that name. */
export function eventQuestion(db: ReadHandle): (selection: EventSelection) => RecordedEvent[] {
  const select = db.query<Row>(
    `SELECT id, at_ms AS atMs, device, kind, code, severity, text, said, "values", "by" FROM event
     WHERE at_ms BETWEEN ? AND ?
       AND (? IS NULL OR device IN (SELECT value FROM json_each(?)))
       AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(?) WHERE kind GLOB value))
     ORDER BY at_ms DESC, id DESC LIMIT ?`,
  );
  const list = (values: readonly string[] | undefined): string | null => (values === undefined ? null : JSON.stringify(values));
  return ({ fromMs = 0, toMs = EVER_MS, devices, kinds, limit = 1_000 }) =>
    select.all(fromMs, toMs, list(devices), list(devices), list(kinds), list(kinds), limit).reverse().map(toEvent);
}

/**
 * What the core says of an event, as the name of a text and what stands in it (a `KeyedMessage` as JSON), so that the window can
 * translate it; `text` goes on having the English words. Null for people's notes, and for what was recorded before.
 */
const phrases: Migration = { version: 5, name: 'event phrases', sql: 'ALTER TABLE event ADD COLUMN said TEXT;' };

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
  version: 13,
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
  migrations: [phrases, eventModel],
  write({ db }) {
    const notes = noteKeeper(db);
    return { append: eventAppender(db), reviseNote: notes.revise, removeNote: notes.remove };
  },
  prepare: ({ db }) => eventQuestion(db),
  questions: { select: (select, selection: EventSelection): RecordedEvent[] => select(selection) },
});
