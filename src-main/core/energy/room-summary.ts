import { co2ePerHourKg, costPerHour } from '@shared/energy/price';
import { ROOM_DEVICE } from '@shared/model/device-tree';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '@shared/model/provenance';
import type { MetricId } from '@shared/model/metrics';
import type { RoomSummary } from '@shared/model/room';
import type { Settings } from '@shared/model/settings';
import type { RoomPoint } from './room-power';

/** The newest value of one device's metric, as telemetry holds it. */
export interface LatestValue {
  readonly device: string;
  readonly label: string;
  readonly value: number | null;
  readonly provenance: Provenance;
  readonly atMs: number;
}

const STALE_MS = 15_000;

/** Puts the home page's figures together from the room's power and the newest readings. */
export function summarize(
  point: RoomPoint,
  settings: Settings,
  newest: (metric: MetricId) => readonly LatestValue[],
  jobs: { readonly running: number; readonly queued: number },
): RoomSummary {
  // The room's own series are made of the others': they name no sensor.
  const latest = (metric: MetricId): readonly LatestValue[] => newest(metric).filter(({ device }) => device !== ROOM_DEVICE);
  const facility = point.facilityPowerW;
  const perHour = (unit: string, rate: (powerW: number) => number): Quantity =>
    facility.value === null
      ? withheld(unit, facility.withheld ?? 'no-sensor', facility.provenance)
      : quantity(rate(facility.value), unit, facility.provenance);
  return {
    atMs: point.atMs,
    itPowerW: point.itPowerW,
    facilityPowerW: facility,
    powerRatio: point.powerRatio,
    meteredItShare: point.meteredItShare,
    costPerHour: perHour(`${settings.tariff.currency}/h`, (powerW) => costPerHour(powerW, settings.tariff.pricePerKwh)),
    co2ePerHourKg: perHour('kg/h', (powerW) => co2ePerHourKg(powerW, settings.carbon.gridKgPerKwh)),
    cpuLoadPercent: mean(latest('cpu.load'), point.atMs),
    gpuLoadPercent: mean(latest('gpu.load'), point.atMs),
    hottest: hottest(
      [...latest('cpu.temperature'), ...latest('gpu.temperature'), ...latest('disk.temperature'), ...latest('sensor.temperature')],
      point.atMs,
    ),
    runningJobs: jobs.running,
    queuedJobs: jobs.queued,
    parts: [...point.parts],
    meters: [...point.meters],
    uncounted: [...point.uncounted],
    silent: [...point.silent],
  };
}

const fresh =
  (nowMs: number) =>
  (value: LatestValue): value is LatestValue & { value: number } =>
    value.value !== null && Math.abs(nowMs - value.atMs) <= STALE_MS;

function mean(values: readonly LatestValue[], nowMs: number): Quantity {
  const own = values.filter(fresh(nowMs));
  if (own.length === 0) return withheld('%', values.length === 0 ? 'no-sensor' : 'stale');
  const provenance = own.length === 1 ? own.map((v) => v.provenance) : (['derived', ...own.map((v) => v.provenance)] as const);
  return quantity(own.reduce((total, v) => total + v.value, 0) / own.length, '%', worstProvenance(provenance));
}

function hottest(values: readonly LatestValue[], nowMs: number): RoomSummary['hottest'] {
  let top: (LatestValue & { value: number }) | null = null;
  for (const value of values.filter(fresh(nowMs))) if (top === null || value.value > top.value) top = value;
  if (top === null) return { tempC: withheld('°C', values.length === 0 ? 'no-sensor' : 'stale', 'measured'), device: null, label: null };
  return { tempC: quantity(top.value, '°C', top.provenance), device: top.device, label: top.label };
}
