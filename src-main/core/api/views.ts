import type { StreamFrame } from '@shared/contract';
import type { viewsCommands, viewsStreams } from '@shared/contract/views';
import type { SavedView } from '@shared/model/saved-view';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

const frame = (views: readonly SavedView[]): StreamFrame<'views.live'> => ({ views: [...views] });

export function viewsApi({ views }: Services): Pick<CommandHandlers, keyof typeof viewsCommands> {
  return {
    'views.list': () => frame(views.list),
    'views.save': (asked) => ('id' in asked ? views.change(asked.id, asked.view) : views.add(asked.name, asked.view)),
    'views.rename': ({ id, name }) => views.rename(id, name),
    'views.remove': ({ id }) => {
      views.remove(id);
      return {};
    },
  };
}

export function viewsStreamsApi({ views }: Services): Pick<StreamHandlers, keyof typeof viewsStreams> {
  return {
    'views.live': (_params, sink) => liveValue(sink, frame(views.list), (listener) => views.onChange((list) => listener(frame(list)))),
  };
}
