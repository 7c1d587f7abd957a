import { ANNOTATION, RecordedEvent, type Annotation, type EventScope, type NewEvent } from '@shared/model/event';
import { english, Phrase } from '@shared/phrases/phrase';
import type { ReadHandle, WriteHandle } from '../file/open';

export type EventSelection = Readonly<Partial<EventScope>>;

/** Later than any clock. */
const EVER_MS = 8_640_000_000_000_000;

export function eventAppender(db: WriteHandle): (events: readonly NewEvent[]) => RecordedEvent[] {
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
export function noteKeeper(db: WriteHandle): { revise(id: number, note: Annotation): boolean; remove(id: number): boolean } {
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

/** A newer app's phrase that is not known here is read in English. */
function toEvent({ text, said, values, ...event }: Row): RecordedEvent {
  const phrase = said === null ? null : Phrase.safeParse(parsed(said)).data;
  const named = values === null ? null : RecordedEvent.shape.values.safeParse(parsed(values)).data;
  return { ...event, text: phrase ?? text, values: named ?? null };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
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
