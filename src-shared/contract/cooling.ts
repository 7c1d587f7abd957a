import { CoolingNow, CoolingReport } from '../model/cooling';
import { TimeRange } from '../model/time-range';
import { command, nothing, stream } from './define';

export const coolingCommands = {
  /** What the sensors tell at this moment. */
  'cooling.now': command(nothing, CoolingNow),
  /** The inlets over a period, by what was recorded. Fails with `too-large` for more inlets than one answer holds. */
  'cooling.report': command(TimeRange, CoolingReport),
} as const;

export const coolingStreams = {
  /** At once, then every few seconds while something is told. */
  'cooling.live': stream(nothing, CoolingNow),
} as const;
