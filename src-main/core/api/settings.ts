import type { settingsCommands, settingsStreams } from '@shared/contract/settings';
import type { UnreadableSection } from '@shared/model/settings';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function settingsApi({ settings }: Services): Pick<CommandHandlers, keyof typeof settingsCommands> {
  return {
    'settings.get': () => settings.current,
    'settings.set': (patch) => settings.set(patch),
  };
}

export function settingsStreamsApi({ settings }: Services): Pick<StreamHandlers, keyof typeof settingsStreams> {
  return {
    'settings.live': (_params, sink) => liveValue(sink, settings.current, (listener) => settings.onChange(listener)),
    'settings.unreadable': (_params, sink) => {
      const frame = (sections: readonly UnreadableSection[]) => ({ sections: [...sections] });
      return liveValue(sink, frame(settings.unreadable), (listener) => settings.onUnreadable((sections) => listener(frame(sections))));
    },
  };
}
