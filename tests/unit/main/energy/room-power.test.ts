import { describe, expect, it } from 'vitest';
import { facilityPower } from '@shared/energy/facility';
import { withCounted } from '@shared/model/power-settings';
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
    expect(value(derived, 'cost.rate.USD')).toBeCloseTo((expected / 1000) * 0.07, 12);
    expect(value(derived, 'co2e.rate')).toBeCloseTo((expected / 1000) * 0.429, 12);
    expect(own.latest?.meteredItShare).toBeCloseTo(660 / 700, 12);
    // The base power is an assumption, so the sum is modelled however good the meters are.
    expect(own.latest?.itPowerW.provenance).toBe('modelled');
  });

  it('scales the model by no less than what the IT is told to draw, however little is known of its parts', () => {
    const own = new RoomPower({ settings: () => settings, maxItPowerW: () => 50 });
    const derived = own.derive(1000, [power('cpu0', 60), power('gpu0', 40_000)]);
    expect(own.latest?.ratedW).toBeCloseTo(40_100 * 1.5, 9);
    expect(value(derived, 'facility.power')).toBeCloseTo(facilityPower(40_100, 40_100 * 1.5, settings.facility).totalW, 6);
  });

  it('withholds everything when a known part has no value, and never counts it as zero', () => {
    const own = room();
    own.derive(1000, [power('cpu0', 60), power('gpu0', 300)]);
    const derived = own.derive(2000, [power('cpu0', 60), power('gpu0', null)]);
    for (const metric of ['it.power', 'facility.power', 'facility.power_ratio', 'cost.rate.USD', 'co2e.rate'])
      expect(value(derived, metric)).toBeNull();
    expect(own.latest?.itPowerW.withheld).toBe('no-sensor');
  });

  it('goes without a part that a person left out, whatever it is, and names it', () => {
    let { power: scope } = defaultSettings;
    const own = new RoomPower({ settings: () => ({ ...settings, power: scope }), maxItPowerW: () => 1_000 });
    const readings = [power('cpu0', 60), power('cpu1', 70), power('gpu0', 300), power('gpu1', null)];
    expect(value(own.derive(1000, readings), 'it.power')).toBeNull();
    expect(own.latest).toMatchObject({ uncounted: [], silent: [{ device: 'gpu1', why: 'no-sensor' }] });
    scope = withCounted(scope, 'gpu1', false);
    const derived = own.derive(2000, readings);
    expect(value(derived, 'it.power')).toBe(470);
    expect(value(derived, 'facility.power')).toBeGreaterThan(470);
    expect(own.latest).toMatchObject({ uncounted: [{ device: 'gpu1', label: 'gpu1', why: 'excluded' }], silent: [] });
    expect(own.latest?.parts).toHaveLength(4);
    scope = withCounted(scope, 'cpu1', false);
    expect(value(own.derive(3000, readings), 'it.power')).toBe(400);
    // One that is not there is not named.
    scope = withCounted(withCounted(scope, 'gpu9', false), 'cpu1', true);
    own.derive(4000, readings);
    expect(own.latest?.uncounted.map(({ device }) => device)).toEqual(['gpu1']);
    scope = withCounted(scope, 'gpu1', true);
    expect(value(own.derive(5000, [power('cpu0', 60), power('cpu1', 70), power('gpu0', 300), power('gpu1', 200)]), 'it.power')).toBe(670);
  });

  it('holds a slow meter for five seconds, then calls it stale, for as long as it is silent', () => {
    const own = room();
    own.derive(0, [power('cpu0', 60), power('gpu0', 300)]);
    expect(value(own.derive(5_000, [power('cpu0', 60)]), 'it.power')).toBe(400);
    for (const atMs of [6_000, 61_000, 86_400_000]) {
      expect(value(own.derive(atMs, [power('cpu0', 60)]), 'it.power')).toBeNull();
      expect(own.latest?.itPowerW.withheld).toBe('stale');
    }
  });

  it('keeps waiting for a GPU whose driver hangs: 840 W do not become 140 W', () => {
    const own = room();
    expect(value(own.derive(0, [power('cpu0', 100), power('gpu0', 700)]), 'it.power')).toBe(840);
    own.onEvent({ device: 'host', kind: 'driver.lost' });
    for (const atMs of [6_000, 61_000, 600_000]) expect(value(own.derive(atMs, [power('cpu0', 100)]), 'it.power')).toBeNull();
    expect(own.latest?.silent).toEqual([{ device: 'gpu0', label: 'gpu0', why: 'stale' }]);
    own.onEvent({ device: 'host', kind: 'driver.back' });
    expect(value(own.derive(601_000, [power('cpu0', 100), power('gpu0', 690)]), 'it.power')).toBe(830);
  });

  it('takes no reading from before an event for a sign of life after it', () => {
    const own = room();
    const meter = power('gpu0', 300);
    own.derive(0, [power('cpu0', 60), meter]);
    own.onEvent({ device: 'gpu0', kind: 'device.lost' });
    // The source is slow: its last answer is in force until the next.
    expect(value(own.derive(1_000, [power('cpu0', 60), meter]), 'it.power')).toBe(100);
    expect(value(own.derive(2_000, [power('cpu0', 60), power('gpu0', 310)]), 'it.power')).toBe(410);
  });

  it('counts no GPU that sleeps, whose empty reading wakes nobody', () => {
    const own = room();
    own.onEvent({ device: 'gpu0', kind: 'device.asleep' });
    expect(value(own.derive(0, [power('cpu0', 60), power('gpu0', null)]), 'it.power')).toBe(100);
    own.onEvent({ device: 'gpu0', kind: 'device.awake' });
    expect(value(own.derive(1_000, [power('cpu0', 60), power('gpu0', 20)]), 'it.power')).toBe(120);
    own.onEvent({ device: 'gpu0', kind: 'device.asleep' });
    expect(value(own.derive(2_000, [power('cpu0', 60), power('gpu0', null)]), 'it.power')).toBe(100);
    expect(own.latest?.uncounted).toEqual([{ device: 'gpu0', label: 'gpu0', why: 'asleep' }]);
  });

  it('takes the model of the processors for all that their counters told before', () => {
    const own = room();
    const dram: Reading = { device: 'dram0', label: 'DRAM 0', metric: 'dram.power', provenance: 'measured', value: 10 };
    expect(value(own.derive(0, [power('cpu0', 60), power('cpu1', 60), dram]), 'it.power')).toBe(170);
    expect(value(own.derive(10_000, [power('cpu0', 130, 'modelled')]), 'it.power')).toBe(170);
    expect(value(own.derive(20_000, [power('cpu0', 60), power('cpu1', 60), dram]), 'it.power')).toBe(170);
  });

  it('records cost in the currency of its price: another currency is another series', () => {
    let { tariff } = defaultSettings;
    const own = new RoomPower({ settings: () => ({ ...settings, tariff }), maxItPowerW: () => 1_000 });
    const costs = (readings: readonly Reading[]): unknown[] =>
      readings.filter(({ metric }) => metric.startsWith('cost.')).map(({ metric, definition }) => [metric, definition?.unit]);
    expect(costs(own.derive(0, [power('cpu0', 60)]))).toEqual([['cost.rate.USD', 'USD/h']]);
    tariff = { pricePerKwh: 0.5, currency: 'CNY' };
    const derived = own.derive(1_000, [power('cpu0', 60)]);
    expect(costs(derived)).toEqual([['cost.rate.CNY', 'CNY/h']]);
    expect(value(derived, 'cost.rate.CNY')).toBeCloseTo(((own.latest?.facilityPowerW.value ?? 0) / 1000) * 0.5, 12);
  });

  it('says of a facility that is metered below its IT that the meters are inconsistent', () => {
    const own = room();
    own.derive(0, [
      power('cpu0', 960),
      { device: 'room/ups', label: 'UPS', metric: 'facility.meter.power', provenance: 'measured', value: 900 },
    ]);
    expect(own.latest?.facilityPowerW.value).toBe(900);
    expect(own.latest?.powerRatio).toMatchObject({ value: null, withheld: 'inconsistent-meters' });
  });

  it('withholds the ratio near zero load but not the powers', () => {
    const own = new RoomPower({ settings: () => ({ ...settings, host: { ...settings.host, basePowerW: 0 } }), maxItPowerW: () => 1_000 });
    const derived = own.derive(0, [power('cpu0', 5)]);
    expect(value(derived, 'facility.power_ratio')).toBeNull();
    expect(own.latest?.powerRatio.withheld).toBe('it-load-near-zero');
    expect(value(derived, 'facility.power')).toBeGreaterThan(5);
  });

  it('takes the rated power given in the settings over the estimate', () => {
    const own = new RoomPower({
      settings: () => ({ ...settings, facility: { ...settings.facility, ratedItPowerW: 10_000 } }),
      maxItPowerW: () => 1_000,
    });
    own.derive(0, [power('cpu0', 60)]);
    expect(own.latest?.ratedW).toBe(10_000);
  });
});
