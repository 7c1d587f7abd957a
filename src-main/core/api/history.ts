import { AppError, isAppError } from '@shared/contract/errors';
import type { Cancellation, CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { ANNOTATION, type Annotation, type NewEvent, type RecordedEvent } from '@shared/model/event';
import { phrase } from '@shared/phrases/phrase';
import type { StoreWriter } from '../store/types';
import { pumped } from './live';
import type { Services } from './services';

type Own = Pick<
  CommandHandlers,
  | 'series.list'
  | 'history.query'
  | 'history.extent'
  | 'storage.status'
  | 'events.query'
  | 'events.annotate'
  | 'events.revise'
  | 'events.remove'
  | 'processes.list'
>;
type OwnStreams = Pick<StreamHandlers, 'history.csv'>;

export function historyApi({ telemetry, reader, writer, settings }: Services): Own {
  return {
    'series.list': () => ({ series: telemetry.listSeries() }),
    'history.query': async (input, cancellation) => {
      const { bucketMs, columns } = await reader.history(input, abortSignal(cancellation));
      return { bucketMs, columns: [...columns] };
    },
    'history.extent': () => reader.extent(),
    'storage.status': (_input, cancellation) => reader.status(settings.current.retention, abortSignal(cancellation)),
    'events.query': async (input, cancellation) => ({ events: await reader.events(input, abortSignal(cancellation)) }),
    'events.annotate': (note) => annotate(writer, note),
    'events.revise': ({ id, ...note }) => {
      if (!writer.reviseNote(id, note)) throw noNote(id);
      return { id, ...asEvent(note) };
    },
    'events.remove': ({ id }) => {
      if (!writer.removeNote(id)) throw noNote(id);
      return {};
    },
    'processes.list': () => ({ gpu: telemetry.gpuProcesses(), host: telemetry.processes() }),
  };
}

export function historyStreams({ reader }: Services): OwnStreams {
  return {
    'history.csv': (params, sink) =>
      pumped(
        sink,
        async function* (signal) {
          for await (const text of reader.csv(params, signal)) yield { text };
        },
        (error) => (isAppError(error) ? error : new AppError('internal', phrase('said.export.failed'), { cause: error })),
      ),
  };
}

const asEvent = (note: Annotation): NewEvent => ({ kind: ANNOTATION, code: '', severity: 'info', ...note });

const noNote = (id: number): AppError => new AppError('not-found', phrase('said.note.none', { id }));

function annotate(writer: StoreWriter, note: Annotation): RecordedEvent {
  const [recorded] = writer.appendEvents([asEvent(note)]);
  if (!recorded) throw new AppError('storage-failed', phrase('said.note.notStored'));
  return recorded;
}

/** Aborts when the caller cancels. */
export function abortSignal(cancellation: Cancellation): AbortSignal {
  const abort = new AbortController();
  cancellation.onCancel(() => abort.abort());
  return abort.signal;
}
