import type { coolingCommands, coolingStreams } from '@shared/contract/cooling';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { readCoolingReport } from '../cooling/report';
import { readWhatIfs } from '../cooling/what-if';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

export function coolingApi({
  cooling,
  weather,
  weatherFiles,
  reader,
  telemetry,
  settings,
  tree,
  powerTree,
  powerFits,
  roomPower,
}: Services): Pick<CommandHandlers, keyof typeof coolingCommands> {
  return {
    'cooling.now': () => cooling.now(),
    'cooling.report': (range, cancellation) =>
      readCoolingReport(
        range,
        {
          reader,
          series: telemetry.listSeries(),
          settings: settings.current.cooling,
          places: tree.current.places,
          powerPlaces: powerTree.current.places,
          facility: settings.current.facility,
          ratedW: settings.current.facility.ratedItPowerW ?? roomPower.ratedW,
          hand: settings.current.cooling.outdoor,
          year: weather.year,
        },
        abortSignal(cancellation),
      ),
    'cooling.whatIf': (change, cancellation) =>
      readWhatIfs(
        change,
        {
          reader,
          series: telemetry.listSeries(),
          settings: settings.current,
          now: cooling.now(),
          year: weather.year,
          ratedW: settings.current.facility.ratedItPowerW ?? roomPower.ratedW,
          fits: powerFits.current.fits,
          powerPlaces: powerTree.current.places,
          itPowerW: cooling.itPowerW,
        },
        Date.now(),
        abortSignal(cancellation),
      ),
    'weather.get': () => weather.kept(),
    'weather.keep': ({ year, file }) => weather.keep(year, file),
    'weather.remove': () => weather.remove(),
    'weather.files': () => ({ files: weatherFiles.list() }),
    'weather.takeFile': ({ history, file }) => weatherFiles.take(history, file),
    'weather.removeFile': ({ device }) => {
      weatherFiles.remove(device);
      return { files: weatherFiles.list() };
    },
  };
}

export function coolingStreamsApi({ cooling }: Services): Pick<StreamHandlers, keyof typeof coolingStreams> {
  return { 'cooling.live': (_params, sink) => liveValue(sink, cooling.now(), (listener) => cooling.onChange(listener)) };
}
