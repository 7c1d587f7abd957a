import { expect, it } from 'vitest';
import { quantity } from '@shared/model/provenance';
import { defaultSettings } from '@shared/model/settings';
import { RoomPower } from '../../../../src-main/core/energy/room-power';
import { summarize, type LatestValue } from '../../../../src-main/core/energy/room-summary';

const value = (device: string, of: number): LatestValue => ({
  device,
  label: `the ${device}`,
  value: of,
  provenance: 'measured',
  atMs: 1_000,
});

it('names the hottest sensor and averages the devices, not what the room’s own series make of them', () => {
  const power = new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 1_000, localNode: true });
  power.derive(1_000, [{ device: 'gpu0', label: 'g', metric: 'gpu.power', provenance: 'measured', value: 200 }]);
  const point = power.latest;
  if (point === null) throw new Error('nothing was derived');
  const readings: Record<string, LatestValue[]> = {
    'gpu.temperature': [value('room', 71), value('gpu0', 60), value('gpu1', 71)],
    'gpu.load': [value('room', 90), value('gpu0', 20), value('gpu1', 40)],
  };
  const { hottest, gpuLoadPercent } = summarize(point, defaultSettings, (metric) => readings[metric] ?? [], { running: 0, queued: 0 });
  expect(hottest).toEqual({ tempC: quantity(71, '°C', 'measured'), device: 'gpu1', label: 'the gpu1' });
  expect(gpuLoadPercent.value).toBe(30);
});
