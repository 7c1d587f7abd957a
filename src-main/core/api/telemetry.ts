import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveFrames } from '../telemetry/coalesce';
import { liveValue } from './live';
import type { Services } from './services';

export function telemetryApi({ telemetry }: Services): Pick<CommandHandlers, 'series.list' | 'processes.list'> {
  return {
    'series.list': () => ({ series: telemetry.listSeries() }),
    'processes.list': () => ({ gpu: telemetry.gpuProcesses(), host: telemetry.processes() }),
  };
}

export function telemetryStreams({ telemetry, room }: Services): Pick<StreamHandlers, 'telemetry.live' | 'series.live' | 'room.live'> {
  return {
    'telemetry.live': (params, sink) => liveFrames(telemetry, params, sink),
    'series.live': (_params, sink) =>
      liveValue(sink, { series: telemetry.listSeries() }, (listener) => telemetry.onSeries((series) => listener({ series }))),
    'room.live': (_params, sink) => liveValue(sink, room.latest, (listener) => room.onChange(listener)),
  };
}
