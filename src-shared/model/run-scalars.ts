import type { Run } from './run';
import { scalarDefinition } from './scalars';

/** A run's figures by name: the final value where there is one, else the newest. A figure that is no finite number is none to sort by. */
export function scalarsOf({ last, result }: Pick<Run, 'last' | 'result'>): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ ...last, ...result }).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
  );
}

/** The best number of each scalar of which one way is known to be better, of all that was told and of the final one. */
export function bestOf({ extremes, result, declared }: Pick<Run, 'extremes' | 'result' | 'declared'>): Record<string, number> {
  const best: Record<string, number> = {};
  for (const name of new Set([...Object.keys(extremes), ...Object.keys(result ?? {})])) {
    const better = scalarDefinition(name, declared)?.better;
    if (better === undefined) continue;
    const { min, max } = extremes[name] ?? {};
    const all = [better === 'lower' ? min : max, result?.[name]].filter((value) => typeof value === 'number');
    if (all.length > 0) best[name] = better === 'lower' ? Math.min(...all) : Math.max(...all);
  }
  return best;
}
