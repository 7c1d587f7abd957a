import { z } from 'zod';
import { CoolingNow, CoolingReport } from '../model/cooling';
import { CoolingChange, CoolingWhatIfs } from '../model/cooling-what-if';
import { TimeRange } from '../model/time-range';
import { KeptWeather, WeatherHistory, WeatherRecord, WeatherYear } from '../model/weather';
import { command, nothing, stream } from './define';

export const coolingCommands = {
  /** What the sensors tell at this moment. */
  'cooling.now': command(nothing, CoolingNow),
  /** The inlets over a period, by what was recorded. Fails with `too-large` for more inlets than one answer holds. */
  'cooling.report': command(TimeRange, CoolingReport),
  /** What changes of the cooling would come to in a year. */
  'cooling.whatIf': command(CoolingChange, CoolingWhatIfs),
  /** The year of weather at the room's place. */
  'weather.get': command(nothing, KeptWeather),
  /** Takes a year in, in place of the one before. */
  'weather.keep': command(z.object({ year: WeatherYear, file: z.string().trim().min(1).max(260) }), KeptWeather),
  'weather.remove': command(nothing, KeptWeather),
  /** The files whose weather is in the history, by the time that they are of. */
  'weather.files': command(nothing, z.object({ files: z.array(WeatherRecord) })),
  /** Records the weather of past hours. Fails with `invalid-input` where all of it is older than what is kept. */
  'weather.takeFile': command(z.object({ history: WeatherHistory, file: z.string().trim().min(1).max(260) }), WeatherRecord),
  /** With what was recorded of it. Fails with `not-found`. */
  'weather.removeFile': command(z.object({ device: WeatherRecord.shape.device }), z.object({ files: z.array(WeatherRecord) })),
} as const;

export const coolingStreams = {
  /** At once, then every few seconds while something is told. */
  'cooling.live': stream(nothing, CoolingNow),
} as const;
