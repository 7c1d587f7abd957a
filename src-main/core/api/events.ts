import { AppError } from '@shared/contract/errors';
import type { CommandHandlers } from '@shared/rpc/api';
import { ANNOTATION, type Annotation, type NewEvent, type RecordedEvent } from '@shared/model/event';
import { message } from '@shared/text/message';
import type { StoreWriter } from '../store/types';
import { abortSignal } from './abort-signal';
import type { Services } from './services';

type Own = Pick<CommandHandlers, 'events.query' | 'events.annotate' | 'events.revise' | 'events.remove'>;

export function eventsApi({ reader, store: writer }: Services): Own {
  return {
    'events.query': async (input, cancellation) => ({ events: await reader.events.select(input, abortSignal(cancellation)) }),
    'events.annotate': (note) => annotate(writer, note),
    'events.revise': ({ id, ...note }) => {
      if (!writer.events.reviseNote(id, note)) throw noNote(id);
      return { id, ...asEvent(note) };
    },
    'events.remove': ({ id }) => {
      if (!writer.events.removeNote(id)) throw noNote(id);
      return {};
    },
  };
}

const asEvent = (note: Annotation): NewEvent => ({ kind: ANNOTATION, code: '', severity: 'info', ...note });

const noNote = (id: number): AppError => new AppError('not-found', message('message.note.none', { id }));

function annotate(writer: Pick<StoreWriter, 'events'>, note: Annotation): RecordedEvent {
  const [recorded] = writer.events.append([asEvent(note)]);
  if (!recorded) throw new AppError('storage-failed', message('message.note.notStored'));
  return recorded;
}
