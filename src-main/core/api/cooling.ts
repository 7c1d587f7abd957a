import type { coolingCommands, coolingStreams } from '@shared/contract/cooling';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { readCoolingReport } from '../cooling/report';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

export function coolingApi({
  cooling,
  weather,
  reader,
  telemetry,
  settings,
  tree,
}: Services): Pick<CommandHandlers, keyof typeof coolingCommands> {
  return {
    'cooling.now': () => cooling.now(),
    'cooling.report': (range, cancellation) =>
      readCoolingReport(
        range,
        { reader, series: telemetry.listSeries(), settings: settings.current.cooling, places: tree.current.places },
        abortSignal(cancellation),
      ),
    'weather.get': () => weather.kept(),
    'weather.keep': ({ year, file }) => weather.keep(year, file),
    'weather.remove': () => weather.remove(),
  };
}

export function coolingStreamsApi({ cooling }: Services): Pick<StreamHandlers, keyof typeof coolingStreams> {
  return { 'cooling.live': (_params, sink) => liveValue(sink, cooling.now(), (listener) => cooling.onChange(listener)) };
}
