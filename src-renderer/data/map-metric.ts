import { decodeClockEvents, type ClockEventReason } from '@shared/model/clock-events';
import { deviceOn, type TreeDevice } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import { provenances, type Provenance } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';
import type { LiveValue } from './live-values';

/** What the map can be coloured by. */
export const mapMetrics = ['load', 'power', 'temperature', 'memory', 'throttle'] as const;
export type MapMetric = (typeof mapMetrics)[number];

export const mapUnits: Readonly<Record<MapMetric, string>> = { load: '%', power: 'W', temperature: '°C', memory: '%', throttle: '' };

/** Why a GPU's clocks are throttled, mildest first; the numbers a tile shows for `throttle`. */
export const throttleLevels = ['none', 'power', 'heat', 'hardware'] as const;
export type ThrottleLevel = (typeof throttleLevels)[number];

const levelOf: Readonly<Record<ClockEventReason, ThrottleLevel>> = {
  idle: 'none',
  'application-clocks': 'none',
  'sw-power-cap': 'power',
  'hw-slowdown': 'hardware',
  'sync-boost': 'none',
  'sw-thermal': 'heat',
  'hw-thermal': 'hardware',
  'hw-power-brake': 'hardware',
  'display-clocks': 'none',
};

/** The gravest reason for which the clocks are throttled. @param bits a `gpu.clock.events` value */
export function throttleLevel(bits: number): ThrottleLevel {
  const levels = decodeClockEvents(bits).map((reason) => throttleLevels.indexOf(levelOf[reason]));
  return throttleLevels[Math.max(0, ...levels)] ?? 'none';
}

/** The series a tile's value is made of. */
export interface TileSeries {
  readonly id: number;
  /** What the value is a share of (installed memory); null where it stands by itself. */
  readonly ofId: number | null;
  readonly provenance: Provenance;
}

/** A device's best series of each metric. Where a quantity is both measured and modelled, the measured one is shown. */
export class SeriesIndex {
  private readonly byKey = new Map<string, Series>();

  constructor(series: readonly Series[]) {
    for (const entry of series) {
      const key = `${entry.device}\n${entry.metric}`;
      const best = this.byKey.get(key);
      if (!best || provenances.indexOf(entry.provenance) <= provenances.indexOf(best.provenance)) this.byKey.set(key, entry);
    }
  }

  find(device: string, metric: MetricId): Series | null {
    return this.byKey.get(`${device}\n${metric}`) ?? null;
  }

  /** What colours a GPU's tile, or that of a node without GPUs; null where the device has no such series. */
  tile({ device, kind, node }: TreeDevice, metric: MapMetric): TileSeries | null {
    const gpu = kind === 'gpu';
    const cpu = node === null ? device : deviceOn(node, 'cpu0');
    const made = (value: Series | null, of: Series | null = null): TileSeries | null =>
      value && { id: value.id, ofId: of?.id ?? null, provenance: value.provenance };
    switch (metric) {
      case 'load':
        return made(this.find(device, gpu ? 'gpu.load' : 'cpu.load'));
      case 'power':
        return made(this.find(device, gpu ? 'gpu.power' : 'it.power'));
      case 'temperature':
        return made(gpu ? this.find(device, 'gpu.temperature') : this.find(cpu, 'cpu.temperature'));
      case 'memory': {
        const total = this.find(device, gpu ? 'gpu.memory.total' : 'memory.total');
        return total && made(this.find(device, gpu ? 'gpu.memory.used' : 'memory.used'), total);
      }
      case 'throttle':
        return gpu ? made(this.find(device, 'gpu.clock.events')) : null;
    }
  }

  /** Series that say how much the devices can draw, for the scale of `power`. */
  limits(devices: readonly TreeDevice[]): number[] {
    return devices.flatMap(({ device }) => this.find(device, 'gpu.power.limit')?.id ?? []);
  }
}

/** A tile's state: a value; an old one; asked and had none, or nothing yet; no such source at all. */
export type TileReading =
  { readonly kind: 'value' | 'stale'; readonly value: number } | { readonly kind: 'missing' } | { readonly kind: 'no-source' };

/** Older than this beside the newest value of the room, a value is stale. */
export const STALE_MS = 10_000;

/** @param nowMs the core's clock, ms */
export function readTile(
  metric: MapMetric,
  series: TileSeries | null,
  latest: (id: number) => LiveValue | null,
  nowMs: number,
): TileReading {
  if (!series) return { kind: 'no-source' };
  const own = latest(series.id);
  const of = series.ofId === null ? null : latest(series.ofId);
  const value = tileValue(metric, own?.value ?? null, series.ofId === null ? null : (of?.value ?? Number.NaN));
  if (!own || value === null) return { kind: 'missing' };
  return { kind: nowMs - own.atMs > STALE_MS ? 'stale' : 'value', value };
}

function tileValue(metric: MapMetric, value: number | null, of: number | null): number | null {
  if (value === null) return null;
  if (metric === 'throttle') return throttleLevels.indexOf(throttleLevel(value));
  if (of === null) return value;
  return of > 0 ? (value / of) * 100 : null;
}

export interface MapScale {
  readonly min: number;
  readonly max: number;
}

/** The ends of the colour scale, in the metric's unit (%, W, °C, level). @param limitW highest power limit or draw known, W */
export function mapScale(metric: MapMetric, limitW: number): MapScale {
  switch (metric) {
    case 'load':
    case 'memory':
      return { min: 0, max: 100 };
    case 'power':
      return { min: 0, max: limitW > 0 ? limitW : 100 };
    case 'temperature':
      return { min: 20, max: 100 };
    case 'throttle':
      return { min: 0, max: throttleLevels.length - 1 };
  }
}

/** Many tiles as one figure: power is added, a missing part makes the sum missing; load and memory are averaged; the hottest stands for a temperature; throttled ones are counted. */
export function summarise(metric: MapMetric, readings: readonly TileReading[]): number | null {
  const values = readings.flatMap((reading) => (reading.kind === 'value' ? [reading.value] : []));
  if (values.length === 0) return null;
  const whole = values.length === readings.length;
  switch (metric) {
    case 'power':
      return whole ? values.reduce((sum, value) => sum + value, 0) : null;
    case 'load':
    case 'memory':
      return whole ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
    case 'temperature':
      return Math.max(...values);
    case 'throttle':
      return values.filter((value) => value > 0).length;
  }
}
