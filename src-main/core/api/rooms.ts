import type { roomsCommands, roomsStreams } from '@shared/contract/rooms';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function roomsApi({ tree, room }: Services): Pick<CommandHandlers, keyof typeof roomsCommands> {
  return {
    'power.forgetDevice': ({ device }) => {
      room.forgetDevice(device);
      return {};
    },
    'tree.get': () => tree.current,
    'tree.edit': ({ revision, operations }) => tree.edit(revision, operations),
  };
}

export function roomsStreamsApi({ tree, devices }: Services): Pick<StreamHandlers, keyof typeof roomsStreams> {
  return {
    'tree.live': (_params, sink) => liveValue(sink, tree.current, (listener) => tree.onChange(listener)),
    'devices.live': (_params, sink) =>
      liveValue(sink, { devices: devices.list() }, (listener) => devices.onChange((list) => listener({ devices: list }))),
  };
}
