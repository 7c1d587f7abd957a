import type { Run } from './run';
import { betterOf } from './scalar-better';
import { scalarRole, type ScalarPart } from './scalars';

/** A run's figures by name: the final value where there is one, else the newest. A figure that is no finite number is none to sort by. */
export function scalarsOf({ last, result }: Pick<Run, 'last' | 'result'>): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ ...last, ...result }).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
  );
}

export interface Best {
  readonly value: number;
  /** Where it was told first; null = it is the run's final one, or an earlier version did not keep where. */
  readonly step: number | null;
}

/** The best number of each scalar of which one way is known to be better, of all that was told and of the final one. */
export function bestsOf({ extremes, result, declared }: Pick<Run, 'extremes' | 'result' | 'declared'>): Record<string, Best> {
  const best: Record<string, Best> = {};
  for (const name of new Set([...Object.keys(extremes), ...Object.keys(result ?? {})])) {
    const better = betterOf(name, declared);
    if (better === null) continue;
    const told = extremes[name];
    const final = result?.[name] ?? null;
    const [value, step] = better === 'lower' ? [told?.min, told?.minStep] : [told?.max, told?.maxStep];
    const isFinalBetter = final !== null && (value === undefined || (better === 'lower' ? final < value : final > value));
    if (isFinalBetter) best[name] = { value: final, step: null };
    else if (value !== undefined) best[name] = { value, step: step ?? null };
  }
  return best;
}

/** The values of {@link bestsOf}. */
export function bestOf(run: Pick<Run, 'extremes' | 'result' | 'declared'>): Record<string, number> {
  return Object.fromEntries(Object.entries(bestsOf(run)).map(([name, { value }]) => [name, value]));
}

/** The quantities that nearly every run has, however its program calls them. */
export const usualQuantities = ['loss', 'accuracy'] as const;
export type UsualQuantity = (typeof usualQuantities)[number];

/** The one figure that a run is known by in a list. */
export interface Outcome {
  /** Of which scalar. */
  readonly name: string;
  readonly value: number;
  /** It is the best of what was told, not the newest. */
  readonly isBest: boolean;
}

const USUAL: Readonly<Record<UsualQuantity, RegExp>> = { loss: /^loss$/i, accuracy: /^(?:\w+_)?acc(?:uracy)?$/i };
/** What tells more comes first. Test and evaluation are made once, at the end; of validations the best counts. */
const OUTCOME_PARTS: readonly (ScalarPart | null)[] = ['test', 'evaluate', 'val', null, 'train'];

/** A run's figure of a usual quantity: of its test, else its best validation, else its newest of training; null = it told none. */
export function outcomeOf(
  { scalars, best }: { readonly scalars: Readonly<Record<string, number>>; readonly best: Readonly<Record<string, number>> },
  quantity: UsualQuantity,
): Outcome | null {
  let found: { readonly name: string; readonly part: ScalarPart | null; readonly rank: number } | null = null;
  for (const name of new Set([...Object.keys(scalars), ...Object.keys(best)])) {
    const { part, base, ofEpoch, isRunningMean } = scalarRole(name);
    if (!USUAL[quantity].test(base)) continue;
    // An epoch's own figure before its mean, that before the mean so far; the plain name before its kin.
    const rank = 10 * OUTCOME_PARTS.indexOf(part) + (isRunningMean ? 3 : ofEpoch ? 2 : base.toLowerCase() === quantity ? 0 : 1);
    if (found === null || rank < found.rank) found = { name, part, rank };
  }
  if (found === null) return null;
  const { name, part } = found;
  const isBest = part === 'val' && best[name] !== undefined;
  const value = (isBest ? best : scalars)[name] ?? best[name];
  return value === undefined ? null : { name, value, isBest };
}
