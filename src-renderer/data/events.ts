import type { EventFrame } from '@shared/contract/events';
import type { RecordedEvent } from '@shared/model/event';

/** The newest events, oldest first, after what is new, changed or gone. */
export function reduceEvents(
  before: readonly RecordedEvent[] | null,
  frame: EventFrame,
  first: boolean,
  limit: number,
): readonly RecordedEvent[] {
  const gone = new Set([...frame.removed, ...frame.events.map(({ id }) => id)]);
  const kept = first || before === null ? [] : before.filter(({ id }) => !gone.has(id));
  return [...kept, ...frame.events].sort((a, b) => a.atMs - b.atMs || a.id - b.id).slice(-limit);
}
