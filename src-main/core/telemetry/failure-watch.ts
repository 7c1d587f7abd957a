import type { EventInput } from '@shared/model/event';
import { message, type Message } from '@shared/text/message';
import type { CollectorState } from './scheduler';

/** A source that gave nothing for so long is told of, ms; a moment's failure is the log's and the doctor's. */
const TOLD_AFTER_MS = 30_000;

/** How a source is told of. */
export interface CollectorTold {
  readonly name: Message;
  /** A person asked for it: that it never answers is told of too. */
  readonly expected: boolean;
}

/**
 * Tells once that a source is failing, and once that it has recovered. One that has never answered since the start is the
 * doctor's matter (there may be no such hardware), unless a person asked for it.
 */
export class FailureWatch {
  /** For how long those that were told of have given nothing, ms. */
  private readonly told = new Map<string, number>();

  constructor(private readonly nameOf: (id: string) => CollectorTold) {}

  /** @returns what is to be told now */
  look(states: readonly CollectorState[], atMs: number): EventInput[] {
    const events: EventInput[] = [];
    for (const id of this.told.keys()) if (!states.some((state) => state.id === id)) this.told.delete(id);
    for (const { id, state, answers, failingForMs, lastError } of states) {
      const before = this.told.get(id);
      const seconds = (ms: number): number => Math.round(ms / 1000);
      const { name, expected } = this.nameOf(id);
      const at = { atMs, device: `collector/${id}` };
      if (before !== undefined && state === 'ok') {
        this.told.delete(id);
        const text = message('message.event.collector.recovered', { collector: name, seconds: seconds(before) });
        events.push({ ...at, kind: 'collector.recovered', severity: 'info', text, values: { seconds: seconds(before) } });
      } else if (failingForMs !== null && failingForMs >= TOLD_AFTER_MS && (answers > 0 || expected)) {
        this.told.set(id, failingForMs);
        if (before !== undefined) continue;
        const text = message('message.event.collector.failing', { collector: name, seconds: seconds(failingForMs), why: lastError ?? '' });
        events.push({ ...at, kind: 'collector.failing', severity: 'warning', text, values: { seconds: seconds(failingForMs) } });
      }
    }
    return events;
  }
}
