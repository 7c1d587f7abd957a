import type { telemetryCommands, telemetryStreams } from '@shared/contract/telemetry';
import type { StreamFrame } from '@shared/contract';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { abortSignal } from './abort-signal';
import { liveFrames } from '../telemetry/coalesce';
import { liveValue } from './live';
import type { Services } from './services';

type Own = Pick<StreamHandlers, keyof typeof telemetryStreams>;
type ProcessTable = StreamFrame<'processes.live'>;

export function telemetryApi({ telemetry, reader }: Services): Pick<CommandHandlers, keyof typeof telemetryCommands> {
  return {
    'series.list': () => ({ series: telemetry.listSeries() }),
    'series.find': async (wanted, cancellation) => ({ series: await reader.samples.find(wanted, abortSignal(cancellation)) }),
  };
}

export function telemetryStreamsApi({ telemetry, room, processes }: Services): Own {
  const table = (): ProcessTable => ({ atMs: Date.now(), processes: processes.rows() });
  return {
    'telemetry.live': (params, sink) => liveFrames(telemetry, params, sink),
    'series.live': (_params, sink) =>
      liveValue(sink, { full: true, series: telemetry.listSeries(), removed: [] }, (listener) =>
        telemetry.onSeries(({ changed, removed }) => listener({ full: false, series: [...changed], removed: [...removed] })),
      ),
    'room.live': (_params, sink) => liveValue(sink, room.latest, (listener) => room.onChange(listener)),
    'processes.live': (_params, sink) => liveValue(sink, table(), (listener) => processes.watch(() => listener(table()))),
  };
}
