import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '@shared/model/settings';
import type { Reading } from '@shared/model/series';
import { RoomPower } from '../../../../src-main/core/energy/room-power';

const meter = (device: string, value: number | null): Reading => ({
  device,
  label: device,
  metric: 'host.power',
  provenance: 'measured',
  value,
});
const gpu: Reading = { device: 'gpu0', label: 'GPU', metric: 'gpu.power', provenance: 'measured', value: 120 };
const itPower = (readings: readonly Reading[]): number | null | undefined =>
  readings.find(({ metric, device }) => metric === 'it.power' && device === 'host')?.value;

function room(): { own: RoomPower; leaveOut: (...devices: string[]) => void } {
  let settings: Settings = defaultSettings;
  const own = new RoomPower({ settings: () => settings, maxItPowerW: () => 1_000 });
  return { own, leaveOut: (...excludedDevices) => void (settings = { ...settings, power: { excludedDevices } }) };
}

describe('a node with several meters of its power', () => {
  it.each([
    ['psu0', 'psu1'],
    ['power-supply-1', 'power-supply-2'],
    ['feed-a', 'feed-b'],
    ['sensor/inlet1', 'sensor/inlet2'],
  ])('is the sum of its supplies %s and %s, and withheld where one of them is silent', (one, other) => {
    const { own } = room();
    expect(itPower(own.derive(1000, [gpu, meter(one, 150), meter(other, 145.5)]))).toBe(295.5);
    expect(own.latest?.itPowerW.provenance).toBe('derived');
    expect(own.latest?.parts.map(({ device, powerW }) => [device, powerW.value])).toEqual([
      ['gpu0', 120],
      ['host', 175.5],
    ]);
    expect(itPower(own.derive(2000, [gpu, meter(one, 150), meter(other, null)]))).toBeNull();
    expect(own.latest?.silent).toMatchObject([{ device: other, why: 'no-sensor' }]);
    // A supply that was taken out carries nothing any more: the other one carries all.
    own.onEvent({ device: other, kind: 'device.lost' });
    expect(itPower(own.derive(3000, [gpu, meter(one, 290)]))).toBe(290);
    expect(own.latest?.uncounted).toMatchObject([{ device: other, why: 'lost' }]);
  });

  it('is what the meter of the whole says, within which its supplies are', () => {
    const { own } = room();
    expect(itPower(own.derive(1000, [gpu, meter('psu0', 150), meter('bmc', 300), meter('psu1', 145)]))).toBe(300);
    expect(own.latest?.parts).toHaveLength(2);
  });

  it('is withheld where nothing tells a part from the whole, says so, and is known once a person leaves one out', () => {
    const { own, leaveOut } = room();
    const readings = [gpu, meter('bmc', 300), meter('outlet', 310)];
    expect(itPower(own.derive(1000, readings))).toBeNull();
    expect(own.latest?.itPowerW.withheld).toBe('ambiguous-meters');
    expect(own.latest?.facilityPowerW.value).toBeNull();
    expect(own.latest?.silent).toMatchObject([
      { device: 'bmc', why: 'ambiguous-meters' },
      { device: 'outlet', why: 'ambiguous-meters' },
    ]);
    // What its parts draw is booked all the same; the rest is not known.
    expect(own.latest?.devices.map(({ device, powerW }) => [device, powerW.value])).toEqual([
      ['gpu0', 120],
      ['host', null],
    ]);
    leaveOut('bmc');
    expect(itPower(own.derive(2000, readings))).toBe(310);
    // What was left out is named, so that it can be taken back, and is not taken off the other.
    expect(own.latest?.uncounted).toMatchObject([{ device: 'bmc', why: 'excluded' }]);
    leaveOut('bmc', 'outlet');
    expect(itPower(own.derive(3000, readings))).toBe(160);
    expect(own.latest?.uncounted).toHaveLength(2);
  });

  it('is withheld for two views of its supplies, which may be the same', () => {
    const { own } = room();
    expect(itPower(own.derive(1000, [meter('psu0', 150), meter('psu1', 140), meter('feed-a', 150), meter('feed-b', 140)]))).toBeNull();
    expect(own.latest?.itPowerW.withheld).toBe('ambiguous-meters');
  });

  it('is what its own collector tells now, not what it told in another way before', () => {
    const { own } = room();
    own.derive(1000, [gpu, meter('sensor/power/psu', 290)]);
    expect(itPower(own.derive(2000, [gpu, meter('sensor/power/acpi', 300)]))).toBe(300);
    expect(itPower(own.derive(60_000, [gpu, meter('sensor/power/acpi', 301)]))).toBe(301);
    expect(own.latest?.silent).toEqual([]);
  });
});
