import { withheld, type Quantity } from '../model/provenance';
import { isFinal, type Run } from '../model/run';
import type { CostPerPoint, RunEfficiency } from '../model/run-efficiency';
import { bestsOf } from '../model/run-scalars';
import { betterOf } from '../model/scalar-better';
import { PROGRAM_KIND } from '../model/program';
import { scalarDefinition, scalarRole } from '../model/scalars';
import { perUnit } from './coverage';
import { heldShare, type GpuTime } from './held-time';

/**
 * The scalars whose best says what the run learned: what it was validated by, and what it declares. A program that validates nothing
 * has those that are of no part of the data.
 */
export function judgedScalars(run: Pick<Run, 'kind' | 'extremes' | 'result' | 'declared'>): string[] {
  const names = Object.keys(bestsOf(run));
  const isValidated = names.some((name) => scalarRole(name).part === 'val');
  return names.filter((name) => {
    const { part } = scalarRole(name);
    return part === 'val' || name in run.declared || (run.kind === PROGRAM_KIND && !isValidated && part === null);
  });
}

export interface EfficiencyInputs {
  /** The first number of each of {@link judgedScalars}. */
  readonly first: ReadonlyMap<string, number>;
  /** By GPU, in the order of `gpus`. */
  readonly gpus: readonly string[];
  readonly idle: readonly GpuTime[];
  readonly throttled: readonly GpuTime[];
  /** From the start to the end or to now, without pauses, ms. */
  readonly activeMs: number;
}

export function runEfficiency(run: Run, { first, gpus, idle, throttled, activeMs }: EfficiencyInputs): RunEfficiency {
  const noBill = isFinal(run.status) ? 'no-samples' : 'not-started';
  const { itJ, cost } = run.energy ?? { itJ: withheld('J', noBill), cost: withheld('', noBill) };
  const isElsewhere = itJ.withheld === 'simulated-room';
  const { step } = run.progress;
  const epochs = run.plan !== null && run.plan.stepsPerEpoch > 0 ? step / run.plan.stepsPerEpoch : 0;
  const bests = bestsOf(run);
  return {
    perStep: perUnit(itJ, step),
    perEpoch: perUnit(itJ, epochs),
    costs: judgedScalars(run).flatMap((name) => {
      const best = bests[name]?.value;
      return best === undefined ? [] : [costPerPoint(run, name, first.get(name) ?? null, best, cost)];
    }),
    idle: isElsewhere ? withheld('%', 'simulated-room') : heldShare(idle, activeMs),
    throttled: isElsewhere ? withheld('%', 'simulated-room') : heldShare(throttled, activeMs),
    gpus: [...gpus],
  };
}

function costPerPoint(run: Run, name: string, first: number | null, best: number, cost: Quantity): CostPerPoint {
  const isShare = scalarDefinition(name, run.declared)?.isShare ?? false;
  const told = { name, first, best, isShare };
  if (cost.value === null) return { ...told, cost };
  if (first === null) return { ...told, cost: withheld(cost.unit, 'not-told', cost.provenance) };
  const gain = (betterOf(name, run.declared) === 'lower' ? first - best : best - first) * (isShare ? 100 : 1);
  return { ...told, cost: gain > 0 ? perUnit(cost, gain) : withheld(cost.unit, 'no-improvement', cost.provenance) };
}
