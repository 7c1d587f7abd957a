import { ROOM_DEVICE } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import { worstProvenance, type Provenance } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import type { ColumnReport, ColumnSource } from '../telemetry/columns';

type Aggregation = 'sum' | 'mean' | 'max';

/** What a room of many devices is asked for as a whole, how it is made of them, and by which metric it goes. */
const totals: readonly (readonly [of: MetricId, way: Aggregation, as: MetricId])[] = [
  ['cpu.power', 'sum', 'it.power.cpu'],
  ['gpu.power', 'sum', 'it.power.gpu'],
  ['cpu.load', 'mean', 'cpu.load'],
  ['gpu.load', 'mean', 'gpu.load'],
  ['cpu.temperature', 'max', 'cpu.temperature'],
  ['gpu.temperature', 'max', 'gpu.temperature'],
  ['sensor.temperature', 'max', 'sensor.temperature'],
];

interface Total {
  readonly metric: MetricId;
  readonly way: Aggregation;
  readonly provenance: Provenance;
  /** Where its parts stand in the source's row. */
  readonly indexes: readonly number[];
}

/**
 * One series for the whole room of each quantity that a chart of the room shows, on the device `room`: nobody has to read
 * hundreds of series to draw one line. A sum or mean with a missing part is withheld, a maximum is that of the parts there are.
 */
export class RoomTotals {
  private bound = new WeakMap<ColumnSource, readonly Total[]>();
  private boundTo: ReadonlySet<string> | null = null;

  /** @param uncounted tells which devices are in no sum of power; another set when that changes */
  constructor(private readonly uncounted: () => ReadonlySet<string>) {}

  derive(columns: readonly ColumnReport[]): Reading[] {
    return columns.flatMap(({ source, values }) =>
      this.totalsOf(source).map(({ metric, way, provenance, indexes }): Reading => ({
        device: ROOM_DEVICE,
        label: 'Room',
        metric,
        provenance,
        value: combined(values, indexes, way),
      })),
    );
  }

  private totalsOf(source: ColumnSource): readonly Total[] {
    const uncounted = this.uncounted();
    if (uncounted !== this.boundTo) this.bound = new WeakMap();
    this.boundTo = uncounted;
    const known = this.bound.get(source);
    if (known) return known;
    const { keys } = source;
    const made = totals.flatMap(([of, way, as]): Total[] => {
      const indexes = keys.flatMap((key, index) => (key.metric === of && !(way === 'sum' && uncounted.has(key.device)) ? [index] : []));
      return indexes.length === 0
        ? []
        : [
            {
              metric: as,
              way,
              indexes,
              provenance: worstProvenance(['derived', ...indexes.map((index) => keys[index]?.provenance ?? 'derived')]),
            },
          ];
    });
    this.bound.set(source, made);
    return made;
  }
}

function combined(values: Float64Array, indexes: readonly number[], way: Aggregation): number | null {
  let sum = 0;
  let max = -Infinity;
  for (const index of indexes) {
    const value = values[index] ?? Number.NaN;
    sum += value;
    if (value > max) max = value;
  }
  const result = way === 'max' ? max : way === 'mean' ? sum / indexes.length : sum;
  return Number.isFinite(result) ? result : null;
}
