import { describe, expect, it } from 'vitest';
import type { TreeDevice } from '@shared/model/device-tree';
import type { PowerFlow } from '@shared/model/power-flow';
import { quantity } from '@shared/model/provenance';
import { deviations, isOutlier, runsByDevice, siblingGroups } from '../../../../src-renderer/data/siblings';
import { places } from './room';

const gpu = (node: string, n: number, label = 'H100'): TreeDevice => ({ device: `${node}/gpu${n}`, node, kind: 'gpu', label });
const four = (node: string, label?: string): TreeDevice[] => [0, 1, 2, 3].map((n) => gpu(node, n, label));
const NO_RUNS = new Map<string, string>();
const namesOf = (groups: ReturnType<typeof siblingGroups>): (string | null)[] =>
  groups.map((group) => group && `${group.basis} ${group.name}`);

describe('the siblings of a device', () => {
  // Two nodes of rack A1, and one node in the hall itself.
  const devices = [...four('node/low'), ...four('node/high'), ...four('node/loose')];

  it('are those of its rack; where it stands in none, those of the hall', () => {
    const groups = siblingGroups(devices, { places }, NO_RUNS, 'auto');
    expect(namesOf(groups)).toEqual([...Array<string>(8).fill('rack A1'), ...Array<string>(4).fill('hall hall')]);
    expect(groups[0]!.members).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(groups[8]!.members).toHaveLength(12);
  });

  it('are those of the same run before those of the same place', () => {
    const runs = new Map([
      ['node/low', 'r1'],
      ['node/loose', 'r1'],
      ['node/high/gpu0', 'r2'],
    ]);
    const groups = siblingGroups(devices, { places }, runs, 'auto');
    expect(namesOf(groups).slice(0, 6)).toEqual([...Array<string>(4).fill('run r1'), 'rack A1', 'rack A1']);
    expect(groups[0]!.members).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  });

  it('are of the same model only, and at least four', () => {
    const mixed = [...four('node/low'), gpu('node/high', 0, 'A100'), gpu('node/high', 1, 'A100')];
    expect(namesOf(siblingGroups(mixed, { places }, NO_RUNS, 'auto')).slice(4)).toEqual([null, null]);
    expect(namesOf(siblingGroups(mixed, { places }, NO_RUNS, 'node'))).toEqual([...Array<string>(4).fill('node low'), null, null]);
  });

  it('are chosen by hand where a person knows better', () => {
    expect(namesOf(siblingGroups(devices, { places }, NO_RUNS, 'room'))).toEqual(Array(12).fill('room '));
    expect(namesOf(siblingGroups(devices, { places }, NO_RUNS, 'node')).slice(3, 5)).toEqual(['node low', 'node high']);
    expect(namesOf(siblingGroups(devices, { places }, NO_RUNS, 'rack')).slice(8)).toEqual([null, null, null, null]);
  });
});

it('a run holds what no other run holds; what is idle or shared is held by none', () => {
  const part = (device: string, ...accounts: string[]): PowerFlow['parts'][number] => ({
    device,
    label: device,
    powerW: quantity(1, 'W', 'measured'),
    holders: accounts.map((account) => ({ account, powerW: 1, allocated: false })),
  });
  const parts = [part('gpu0', 'run:a', 'idle'), part('gpu1', 'run:a', 'run:b'), part('gpu2', 'idle'), part('gpu3', 'run:b')];
  const known = quantity(4, 'W', 'measured');
  const flow = { atMs: 0, facilityPowerW: known, itPowerW: known, infrastructureW: known, parts, provenance: 'measured' } as const;
  expect([...runsByDevice(flow)]).toEqual([
    ['gpu0', 'a'],
    ['gpu3', 'b'],
  ]);
});

describe('the deviation of a value', () => {
  const devices = [...four('node/low'), ...four('node/high')];
  const groups = siblingGroups(devices, { places }, NO_RUNS, 'auto');

  it('is told in spreads (1.4826 × MAD) from the median', () => {
    const values = [280, 320, 290, 310, 300, 300, 310, 500];
    const result = deviations('power', values, groups);
    // Median of 280 290 300 300 310 310 320 500 is 305; deviations 25 15 5 5 5 5 15 195, median 10.
    expect(result[7]).toMatchObject({ value: 500, median: 305, count: 8 });
    expect(result[7]!.score).toBeCloseTo(195 / (1.4826 * 10), 6);
    expect(result.map((entry) => isOutlier(entry!))).toEqual([false, false, false, false, false, false, false, true]);
  });

  it('finds the one that rests while the others work, and the one that is hot', () => {
    const load = deviations('load', [97, 95, 96, 98, 0, 97, 94, 96], groups);
    expect(load.flatMap((entry, i) => (isOutlier(entry!) ? [i] : []))).toEqual([4]);
    expect(load[4]!.score).toBeLessThan(-20);
    const heat = deviations('temperature', [66, 67, 66, 68, 67, 66, 84, 67], groups);
    expect(heat.flatMap((entry, i) => (isOutlier(entry!) ? [i] : []))).toEqual([6]);
  });

  it('is not made of what differs anyway: whole degrees, some watts', () => {
    const heat = deviations('temperature', [66, 66, 66, 66, 66, 66, 66, 68], groups);
    expect(heat[7]!.score).toBeCloseTo(2 / 1.5, 6);
    const power = deviations('power', [700, 700, 700, 700, 700, 700, 700, 650], groups);
    expect(power[7]!.score).toBeCloseTo(-50 / 21, 6);
  });

  it('is of what is known: a missing value has none and is in no median, and three siblings are too few', () => {
    const [first, second] = deviations('load', [null, 90, 90, 90, 90, null, null, null], groups);
    expect(first).toBeNull();
    expect(second).toMatchObject({ median: 90, count: 4, score: 0 });
    expect(deviations('load', [null, 90, 90, 90, null, null, null, null], groups).every((entry) => entry === null)).toBe(true);
  });
});
