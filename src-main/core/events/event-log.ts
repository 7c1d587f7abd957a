import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import { ANNOTATION, BY_PERSON, newEvent, type Annotation, type EventInput, type NewEvent, type RecordedEvent } from '@shared/model/event';
import { english, message } from '@shared/text/message';
import type { CoreLog } from '../options';
import { Redactor } from '../secrets/redactor';

/** At most so many events wait for a disk that refuses them; the oldest are given up. */
const MAX_UNSTORED = 1_000;

/** Where events are kept for good. */
export interface EventStore {
  append(events: readonly NewEvent[]): RecordedEvent[];
  /** False when there is no note of this id. */
  reviseNote(id: number, note: Annotation): boolean;
  removeNote(id: number): boolean;
}

/** What became of the events: some are new or changed, some are there no more. */
export interface EventChange {
  readonly events: readonly RecordedEvent[];
  readonly removed: readonly number[];
}

/**
 * The one entry point for what happens: a line in the log, a row in the database, and word to whoever listens. While the disk
 * refuses, events wait in memory under numbers below zero. Secrets are left out of what the core tells of, since a driver's or a
 * device's words can quote them, and rows reach backups and pages; a person's notes stay as they are.
 */
export class EventLog {
  private readonly happened: Emitter<EventInput>;
  private readonly changed: Emitter<EventChange>;
  private waiting: RecordedEvent[] = [];
  private lastWaitingId = 0;

  constructor(
    private readonly store: EventStore,
    private readonly log: CoreLog,
    private readonly redactor: Pick<Redactor, 'redactEvent'> = new Redactor(),
  ) {
    this.happened = new Emitter((error) => log('error', `a listener of the events failed: ${String(error)}`));
    this.changed = new Emitter((error) => log('error', `a listener of the recorded events failed: ${String(error)}`));
  }

  /** Never throws. */
  add(told: EventInput): void {
    const input = this.redactor.redactEvent(told);
    this.log(input.severity === 'info' ? 'info' : 'warn', `${input.device}: ${english(input.text)}`);
    const event: RecordedEvent = { id: --this.lastWaitingId, ...newEvent(input) };
    this.waiting = [...this.waiting, event].slice(-MAX_UNSTORED);
    if (!this.storeWaiting()) this.changed.emit({ events: [event], removed: [] });
    this.happened.emit(input);
  }

  /** As it happens. */
  onEvent(listener: (event: EventInput) => void): Disposable {
    return this.happened.on(listener);
  }

  /** Of every event that is new, changed or gone, notes too. */
  onChange(listener: (change: EventChange) => void): Disposable {
    return this.changed.on(listener);
  }

  /** Events that are in no database yet, oldest first. */
  get unstored(): readonly RecordedEvent[] {
    return this.waiting;
  }

  /** Tries again to store what waits. False when the disk refuses. */
  storeWaiting(): boolean {
    if (this.waiting.length === 0) return true;
    const given = this.waiting;
    try {
      const events = this.store.append(given.map(({ id: _, ...event }) => event));
      this.waiting = [];
      this.changed.emit({ events, removed: given.map(({ id }) => id) });
      return true;
    } catch (error) {
      this.log('warn', `events were not stored: ${String(error)}`);
      return false;
    }
  }

  /**
   * Writes a note of a person's.
   * @throws {AppError} `storage-full`, `storage-failed`
   */
  annotate(note: Annotation): RecordedEvent {
    const [recorded] = this.store.append([asEvent(note)]);
    if (!recorded) throw new AppError('storage-failed', message('message.note.notStored'));
    this.changed.emit({ events: [recorded], removed: [] });
    return recorded;
  }

  /** @throws {AppError} `not-found` for what is no note (any more) */
  revise(id: number, note: Annotation): RecordedEvent {
    if (!this.store.reviseNote(id, note)) throw noNote(id);
    const revised = { id, ...asEvent(note) };
    this.changed.emit({ events: [revised], removed: [] });
    return revised;
  }

  /** @throws {AppError} `not-found` for what is no note (any more) */
  remove(id: number): void {
    if (!this.store.removeNote(id)) throw noNote(id);
    this.changed.emit({ events: [], removed: [id] });
  }
}

const asEvent = (note: Annotation): Omit<RecordedEvent, 'id'> => newEvent({ kind: ANNOTATION, severity: 'info', by: BY_PERSON, ...note });
const noNote = (id: number): AppError => new AppError('not-found', message('message.note.none', { id }));
