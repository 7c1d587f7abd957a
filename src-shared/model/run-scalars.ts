import type { Run } from './run';

/** A run's figures by name: the final value where there is one, else the newest. A figure that is no finite number is none to sort by. */
export function scalarsOf({ last, result }: Pick<Run, 'last' | 'result'>): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ ...last, ...result }).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
  );
}
