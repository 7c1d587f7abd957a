import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function settingsApi({ settings }: Services): Pick<CommandHandlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': () => settings.current,
    'settings.set': (patch) => settings.set(patch),
  };
}

export function settingsStreams({ settings }: Services): Pick<StreamHandlers, 'settings.live'> {
  return { 'settings.live': (_params, sink) => liveValue(sink, settings.current, (listener) => settings.onChange(listener)) };
}
