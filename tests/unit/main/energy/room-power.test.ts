import { describe, expect, it } from 'vitest';
import { facilityPower } from '@shared/energy/facility';
import { withGpuDevice } from '@shared/model/gpu-settings';
import { defaultSettings, type Settings } from '@shared/model/settings';
import type { Provenance } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import { RoomPower } from '../../../../src-main/core/energy/room-power';

const settings: Settings = { ...defaultSettings, host: { basePowerW: 40, cpuIdleW: null, cpuMaxW: null } };
const power = (device: string, value: number | null, provenance: Provenance = 'measured'): Reading => ({
  device,
  label: device,
  metric: device.startsWith('gpu') ? 'gpu.power' : 'cpu.power',
  provenance,
  value,
});
const room = (): RoomPower => new RoomPower({ settings: () => settings, maxItPowerW: () => 1_000 });
const value = (readings: readonly Reading[], metric: string): number | null | undefined => readings.find((r) => r.metric === metric)?.value;

describe('RoomPower', () => {
  it('sums CPU packages, GPUs and the base power, and models the facility around it', () => {
    const own = room();
    const derived = own.derive(1000, [power('cpu0', 60), power('cpu1', 50), power('gpu0', 300), power('gpu1', 250)]);
    expect(value(derived, 'it.power')).toBe(700);
    const expected = facilityPower(700, 1_500, settings.facility).totalW;
    expect(value(derived, 'facility.power')).toBeCloseTo(expected, 9);
    expect(value(derived, 'facility.power_ratio')).toBeCloseTo(expected / 700, 9);
    expect(value(derived, 'cost.rate')).toBeCloseTo((expected / 1000) * 0.07, 12);
    expect(value(derived, 'co2e.rate')).toBeCloseTo((expected / 1000) * 0.429, 12);
    expect(own.latest?.meteredItShare).toBeCloseTo(660 / 700, 12);
    // The base power is an assumption, so the sum is modelled however good the meters are.
    expect(own.latest?.itPowerW.provenance).toBe('modelled');
  });

  it('withholds everything when a known part has no value, and never counts it as zero', () => {
    const own = room();
    own.derive(1000, [power('cpu0', 60), power('gpu0', 300)]);
    const derived = own.derive(2000, [power('cpu0', 60), power('gpu0', null)]);
    for (const metric of ['it.power', 'facility.power', 'facility.power_ratio', 'cost.rate', 'co2e.rate']) expect(value(derived, metric)).toBeNull();
    expect(own.latest?.itPowerW.withheld).toBe('no-sensor');
  });

  it('goes without a GPU that the operator left out, and names it', () => {
    let gpu = defaultSettings.gpu;
    const own = new RoomPower({ settings: () => ({ ...settings, gpu }), maxItPowerW: () => 1_000 });
    expect(value(own.derive(1000, [power('cpu0', 60), power('gpu0', 300), power('gpu1', null)]), 'it.power')).toBeNull();
    expect(own.latest?.leftOut).toEqual([]);
    gpu = withGpuDevice(gpu, 'gpu1', { inItPower: false });
    const derived = own.derive(2000, [power('cpu0', 60), power('gpu0', 300), power('gpu1', null)]);
    expect(value(derived, 'it.power')).toBe(400);
    expect(value(derived, 'facility.power')).toBeGreaterThan(400);
    expect(own.latest?.leftOut).toEqual(['gpu1']);
    expect(own.latest?.parts).toHaveLength(3);
    // Its temperature and the like are nobody's business here; a GPU that is not there is not named.
    gpu = withGpuDevice(gpu, 'gpu9', { inItPower: false });
    own.derive(3000, [power('cpu0', 60), power('gpu0', 300), power('gpu1', null)]);
    expect(own.latest?.leftOut).toEqual(['gpu1']);
    gpu = withGpuDevice(gpu, 'gpu1', { inItPower: true });
    expect(value(own.derive(4000, [power('cpu0', 60), power('gpu0', 300), power('gpu1', 200)]), 'it.power')).toBe(600);
  });

  it('holds a slow meter for five seconds, then calls it stale, then gone', () => {
    const own = room();
    own.derive(0, [power('cpu0', 60), power('gpu0', 300)]);
    expect(value(own.derive(5_000, [power('cpu0', 60)]), 'it.power')).toBe(400);
    expect(value(own.derive(6_000, [power('cpu0', 60)]), 'it.power')).toBeNull();
    expect(own.latest?.itPowerW.withheld).toBe('stale');
    expect(value(own.derive(61_000, [power('cpu0', 60)]), 'it.power')).toBe(100);
  });

  it('withholds the ratio near zero load but not the powers', () => {
    const own = new RoomPower({ settings: () => ({ ...settings, host: { ...settings.host, basePowerW: 0 } }), maxItPowerW: () => 1_000 });
    const derived = own.derive(0, [power('cpu0', 5)]);
    expect(value(derived, 'facility.power_ratio')).toBeNull();
    expect(own.latest?.powerRatio.withheld).toBe('it-load-near-zero');
    expect(value(derived, 'facility.power')).toBeGreaterThan(5);
  });

  it('takes the rated power given in the settings over the estimate', () => {
    const own = new RoomPower({ settings: () => ({ ...settings, facility: { ...settings.facility, ratedItPowerW: 10_000 } }), maxItPowerW: () => 1_000 });
    own.derive(0, [power('cpu0', 60)]);
    expect(own.latest?.ratedW).toBe(10_000);
  });
});
