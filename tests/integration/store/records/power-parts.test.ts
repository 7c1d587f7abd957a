import { expect, it } from 'vitest';
import type { Reading } from '@shared/model/series';
import { defaultSettings } from '@shared/model/settings';
import { RoomPower } from '../../../../src-main/core/energy/room-power';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { temporaryFolder, testWriter } from '../support/stores';

const power = (device: string, value: number | null): Reading => ({
  device,
  label: `${device}, by name`,
  metric: device.startsWith('gpu') ? 'gpu.power' : device.startsWith('room/') ? 'facility.meter.power' : 'cpu.power',
  provenance: 'measured',
  value,
});
const room = (writer: StoreWriter): RoomPower =>
  new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 2_000, memory: writer.powerParts });
const itPower = (own: RoomPower, atMs: number, ...readings: Reading[]): number | null => {
  own.derive(atMs, readings);
  return own.latest?.itPowerW.value ?? null;
};

it('a part known before is missed after a restart, by name, until it is read, or said to be gone', () => {
  const dataDir = temporaryFolder();
  const first = testWriter(dataDir);
  expect(itPower(room(first), 0, power('cpu0', 100), power('gpu0', 700), power('gpu1', 300), power('room/cooling', 400))).toBe(1_140);
  first.close();

  const second = testWriter(dataDir);
  const own = room(second);
  expect(itPower(own, 86_400_000, power('cpu0', 100), power('gpu1', 300))).toBeNull();
  expect(own.latest?.itPowerW.withheld).toBe('missing');
  expect(own.latest?.silent).toEqual([
    { device: 'gpu0', label: 'gpu0, by name', why: 'missing' },
    { device: 'room/cooling', label: 'room/cooling, by name', why: 'missing' },
  ]);
  // That it is missing says not that it draws nothing.
  own.onEvent({ device: 'gpu0', kind: 'device.missing' });
  expect(itPower(own, 86_401_000, power('cpu0', 100), power('gpu1', 300))).toBeNull();
  expect(itPower(own, 86_402_000, power('cpu0', 100), power('gpu0', 650), power('gpu1', 300))).toBe(1_090);
  own.onEvent({ device: 'gpu1', kind: 'device.lost' });
  own.onEvent({ device: 'gpu0', kind: 'device.removed' });
  second.close();

  const third = testWriter(dataDir);
  const after = room(third);
  expect(itPower(after, 90_000_000, power('cpu0', 100))).toBe(140);
  expect(after.latest?.uncounted).toEqual([{ device: 'gpu1', label: 'gpu1, by name', why: 'lost' }]);
  expect(after.latest?.silent.map(({ device }) => device)).toEqual(['room/cooling']);
});

it('a part whose storing failed is stored with the next tick', () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const failures: unknown[] = [];
  let full = true;
  const memory = {
    ...writer.powerParts,
    save: (part: Parameters<StoreWriter['powerParts']['save']>[0]) => {
      if (full) throw new Error('disk full');
      writer.powerParts.save(part);
    },
  };
  const own = new RoomPower({
    settings: () => defaultSettings,
    maxItPowerW: () => 2_000,
    memory,
    onMemoryError: (error) => failures.push(error),
  });
  expect(itPower(own, 0, power('gpu0', 700))).toBe(740);
  expect(writer.powerParts.load()).toEqual([]);
  expect(failures).toHaveLength(1);
  full = false;
  expect(itPower(own, 1_000, power('gpu0', 700))).toBe(740);
  expect(writer.powerParts.load()).toEqual([
    { device: 'gpu0', metric: 'gpu.power', label: 'gpu0, by name', provenance: 'measured', away: null },
  ]);
});
