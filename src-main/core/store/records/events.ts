import { ANNOTATION, type Annotation, type EventSeverity, type NewEvent, type RecordedEvent } from '@shared/model/event';
import { english, KeyedMessage } from '@shared/text/message';
import { parseJson } from '../file/json';
import type { Migration } from '../file/migration';
import type { ReadHandle, WriteHandle } from '../file/open';
import { repository } from '../repository';

/** Which events: from `fromMs` to `toMs`, both inclusive, of these devices and kinds (undefined = all), the newest `limit`. */
export interface EventSelection {
  readonly fromMs: number;
  readonly toMs: number;
  readonly devices?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Default 1,000. */
  readonly limit?: number | undefined;
}

/** In one transaction; each comes back with the id it got. */
function eventAppender(db: WriteHandle): (events: readonly NewEvent[]) => RecordedEvent[] {
  const insert = db.query<{ id: number }>(
    'INSERT INTO event (at_ms, device, kind, code, severity, text, said) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id',
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
          ) ?? {};
        if (id === undefined) throw new Error('an event was not stored');
        return { ...event, id };
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

/** A newer app's message that is not known here is read in English. */
function toEvent({
  text,
  said,
  ...event
}: Omit<RecordedEvent, 'text'> & { readonly text: string; readonly said: string | null }): RecordedEvent {
  const phrase = said === null ? null : KeyedMessage.safeParse(parseJson(said)).data;
  return { ...event, text: phrase ?? text };
}

/** Oldest first. */
export function eventQuestion(db: ReadHandle): (selection: EventSelection) => RecordedEvent[] {
  const among = (column: string): string => `(? IS NULL OR ${column} IN (SELECT value FROM json_each(?)))`;
  const select = db.query<{
    id: number;
    atMs: number;
    device: string;
    kind: string;
    code: string;
    severity: EventSeverity;
    text: string;
    said: string | null;
  }>(
    `SELECT id, at_ms AS atMs, device, kind, code, severity, text, said FROM event
     WHERE at_ms BETWEEN ? AND ? AND ${among('device')} AND ${among('kind')} ORDER BY at_ms DESC, id DESC LIMIT ?`,
  );
  const list = (values: readonly string[] | undefined): string | null => (values === undefined ? null : JSON.stringify(values));
  return ({ fromMs, toMs, devices, kinds, limit = 1_000 }) =>
    select.all(fromMs, toMs, list(devices), list(devices), list(kinds), list(kinds), limit).reverse().map(toEvent);
}

/**
 * What the core says of an event, as the name of a text and what stands in it (a `KeyedMessage` as JSON), so that the window can
 * translate it; `text` goes on having the English words. Null for people's notes, and for what was recorded before.
 */
const phrases: Migration = { version: 5, name: 'event phrases', sql: 'ALTER TABLE event ADD COLUMN said TEXT;' };

/** What happened to devices, and what people noted. */
export const events = repository({
  migrations: [phrases],
  write({ db }) {
    const notes = noteKeeper(db);
    return { append: eventAppender(db), reviseNote: notes.revise, removeNote: notes.remove };
  },
  prepare: ({ db }) => eventQuestion(db),
  questions: { select: (select, selection: EventSelection): RecordedEvent[] => select(selection) },
});
