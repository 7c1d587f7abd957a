import { ANNOTATION, type Annotation, type EventSeverity, type NewEvent, type RecordedEvent } from '@shared/model/event';
import { english, KeyedMessage } from '@shared/text/message';
import type { ReadHandle, WriteHandle } from '../file/open';

/** Which events: from `fromMs` to `toMs`, both inclusive, of these devices and kinds (undefined = all), the newest `limit`. */
export interface EventSelection {
  readonly fromMs: number;
  readonly toMs: number;
  readonly devices?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Default 1,000. */
  readonly limit?: number | undefined;
}

export function eventAppender(db: WriteHandle): (events: readonly NewEvent[]) => RecordedEvent[] {
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
export function noteKeeper(db: WriteHandle): { revise(id: number, note: Annotation): boolean; remove(id: number): boolean } {
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
  const phrase = said === null ? null : KeyedMessage.safeParse(parsed(said)).data;
  return { ...event, text: phrase ?? text };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
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
