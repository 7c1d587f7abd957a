import type { ScalarPoints } from '@shared/model/curve';
import type { Run } from '@shared/model/run';
import type { MetricDefinition } from '@shared/model/metric';
import { ENERGY_SCALAR, isKnownScalar, scalarDefinition, type RunScalar } from '@shared/model/scalars';
import type { Reading } from '@shared/model/series';

/** Scalars of one run that lie beside the room's series, in the order they were first told. All are in its curves. */
const SERIES_PER_RUN = 32;

export interface TimedReadings {
  readonly atMs: number;
  readonly readings: readonly Reading[];
}

/**
 * The newest point of each scalar as readings, so that a run stands over the same time axis as what it draws. A known scalar
 * goes by its metric of the catalogue, and has no series where it has none; any other name is a metric of its own.
 */
export function scalarReadings(run: Run, curves: readonly ScalarPoints[]): TimedReadings[] {
  const first = new Set(Object.keys(run.last).slice(0, SERIES_PER_RUN));
  const byTime = new Map<number, Reading[]>();
  for (const { name, atMs, value } of curves) {
    const newestMs = atMs.at(-1);
    const newest = value.at(-1);
    const known = scalarDefinition(name, run.declared);
    if (newestMs === undefined || newest === undefined || !first.has(name) || name === ENERGY_SCALAR) continue;
    if (isKnownScalar(name) && known?.metric === undefined) continue;
    const readings = byTime.get(newestMs) ?? [];
    byTime.set(newestMs, readings);
    readings.push({
      device: `run/${run.id}`,
      label: `${run.recipe} ${run.id}`,
      provenance: 'measured',
      metric: known?.metric ?? name,
      ...(isKnownScalar(name) ? {} : { definition: definitionOf(name, known) }),
      value: Number.isFinite(newest) ? newest : null,
    });
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([atMs, readings]) => ({ atMs, readings }));
}

function definitionOf(name: string, known: RunScalar | null): MetricDefinition {
  const { better } = known ?? {};
  return {
    name: known?.name ?? name,
    unit: known?.unit ?? '',
    kind: 'gauge',
    digits: known?.digits ?? 4,
    // Where the values of a run lie is for its axis: a run that leaves it is to be seen.
    range: null,
    ...(better === undefined ? {} : { better }),
  };
}
