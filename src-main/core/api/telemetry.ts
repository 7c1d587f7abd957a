import type { StreamFrame } from '@shared/contract';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveFrames } from '../telemetry/coalesce';
import { liveValue } from './live';
import type { Services } from './services';

type Own = Pick<StreamHandlers, 'telemetry.live' | 'series.live' | 'room.live' | 'processes.live'>;
type ProcessTables = StreamFrame<'processes.live'>;

export function telemetryApi({ telemetry }: Services): Pick<CommandHandlers, 'series.list'> {
  return {
    'series.list': () => ({ series: telemetry.listSeries() }),
  };
}

export function telemetryStreams({ telemetry, room }: Services): Own {
  const processes = (): ProcessTables => ({ gpu: telemetry.gpuProcesses(), host: telemetry.processes() });
  return {
    'telemetry.live': (params, sink) => liveFrames(telemetry, params, sink),
    'series.live': (_params, sink) =>
      liveValue(sink, { series: telemetry.listSeries() }, (listener) => telemetry.onSeries((series) => listener({ series }))),
    'room.live': (_params, sink) => liveValue(sink, room.latest, (listener) => room.onChange(listener)),
    'processes.live': (_params, sink) => liveValue(sink, processes(), (listener) => telemetry.onProcesses(() => listener(processes()))),
  };
}
