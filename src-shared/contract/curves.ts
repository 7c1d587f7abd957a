import { CurveAnswer, CurveQuery } from '../model/curve';
import { command } from './define';

export const curvesCommands = {
  /** Scalars of runs. Fails with `too-large` above MAX_CURVE_ENTRIES; a run or name that is not there has no curve. */
  'runs.curves': command(CurveQuery, CurveAnswer),
} as const;
