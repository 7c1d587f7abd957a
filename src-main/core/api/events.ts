import type { eventsCommands, eventsStreams } from '@shared/contract/events';
import { toDisposable, type Disposable } from '@shared/base/disposable';
import { AppError, isAppError } from '@shared/contract/errors';
import type { EventFrame } from '@shared/contract/events';
import { inScope, type EventScope, type RecordedEvent } from '@shared/model/event';
import { message } from '@shared/text/message';
import type { CommandHandlers, FrameSink, StreamHandlers } from '@shared/rpc/api';
import type { EventChange, EventLog } from '../events/event-log';
import type { StoreReader } from '../store/types';
import { abortSignal } from './abort-signal';
import type { Services } from './services';

type Own = Pick<CommandHandlers, keyof typeof eventsCommands>;

export function eventsApi({ reader, events }: Services): Own {
  return {
    'events.query': async (scope, cancellation) => ({ events: await recorded(reader, events, scope, abortSignal(cancellation)) }),
    'events.annotate': (note) => events.annotate(note),
    'events.revise': ({ id, ...note }) => events.revise(id, note),
    'events.remove': ({ id }) => {
      events.remove(id);
      return {};
    },
  };
}

export function eventsStreamsApi({ reader, events }: Services): Pick<StreamHandlers, keyof typeof eventsStreams> {
  return { 'events.live': (scope, sink) => eventsLive(reader, events, scope, sink) };
}

/** Those of the database, and after them those that wait for it. */
async function recorded(
  reader: Pick<StoreReader, 'events'>,
  log: EventLog,
  scope: EventScope,
  signal: AbortSignal,
): Promise<RecordedEvent[]> {
  const stored = await reader.events.select(scope, signal);
  return [...stored, ...log.unstored.filter((event) => inScope(scope, event))].slice(-scope.limit);
}

function eventsLive(reader: Pick<StoreReader, 'events'>, log: EventLog, scope: EventScope, sink: FrameSink<EventFrame>): Disposable {
  const abort = new AbortController();
  /** Until the first frame is there; what happens meanwhile comes behind it. */
  let held: EventChange[] | null = [];
  const push = ({ events, removed }: EventChange): void => {
    const own = events.filter((event) => inScope(scope, event));
    // One that was moved out of the scope is gone from it.
    const moved = events.filter((event) => !inScope(scope, event)).map(({ id }) => id);
    const gone = [...removed, ...moved];
    if (own.length > 0 || gone.length > 0) sink.push({ events: own, removed: gone });
  };
  const listening = log.onChange((change) => (held === null ? push(change) : held.push(change)));
  const begin = async (): Promise<void> => {
    try {
      sink.push({ events: await recorded(reader, log, scope, abort.signal), removed: [] });
      const changes = held ?? [];
      held = null;
      for (const change of changes) push(change);
    } catch (error) {
      if (!abort.signal.aborted)
        sink.end(isAppError(error) ? error : new AppError('internal', message('message.events.unreadable'), { cause: error }));
    }
  };
  void begin();
  return toDisposable(() => {
    abort.abort();
    listening.dispose();
  });
}
