import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceTree } from '@shared/model/device-tree';
import { DeviceTreeService, localNode, type DiscoveredNode } from '../../../../src-main/core/rooms/device-tree';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { openWriter } from '../../../../src-main/core/store/writer';

let dataDir = '';
let writer: StoreWriter;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-tree-'));
  writer = openWriter({ dataDir });
});
afterEach(() => {
  writer.close();
  rmSync(dataDir, { recursive: true, force: true });
});
const reopen = (): void => {
  writer.close();
  writer = openWriter({ dataDir });
};
const service = (): DeviceTreeService => new DeviceTreeService({ store: writer.tree, log: () => undefined });
const racked = (name: string, unit: number): DiscoveredNode => ({
  id: `node/${name}`,
  name,
  hall: 'Hall 1',
  row: 'A',
  rack: { name: 'A1', heightU: 42 },
  unit,
  heightU: 8,
});
const gpu = { id: 7, device: 'node/n1/gpu0', metric: 'gpu.power', provenance: 'simulated', label: 'H100' } as const;

describe('the device tree', () => {
  it('puts this machine into a hall, once', () => {
    service().discover([localNode('lab-3')]);
    reopen();
    const again = service();
    again.discover([localNode('lab-3')]);
    expect(again.current.places.map(({ kind, name, parent }) => [kind, name, parent === null])).toEqual([
      ['hall', 'Hall', true],
      ['node', 'lab-3', false],
    ]);
    expect(again.current.revision).toBe(1);
  });

  it('makes the places that nodes name, and leaves a node where a person put it', () => {
    const tree = service();
    tree.discover([racked('n1', 1), racked('n2', 9)]);
    expect(tree.current.places.map(({ kind, name, unit }) => [kind, name, unit])).toEqual([
      ['hall', 'Hall 1', null],
      ['row', 'A', null],
      ['rack', 'A1', null],
      ['node', 'n1', 1],
      ['node', 'n2', 9],
    ]);
    const hall = tree.current.places[0]!.id;
    tree.edit(1, [
      { op: 'move', id: 'node/n2', parent: hall },
      { op: 'rename', id: 'node/n2', name: 'spare' },
    ]);
    reopen();
    const again = service();
    again.discover([racked('n1', 1), racked('n2', 9)]);
    expect(again.current.revision).toBe(2);
    expect(again.current.places.find(({ id }) => id === 'node/n2')).toMatchObject({ parent: hall, name: 'spare', unit: null, heightU: 8 });
  });

  it('refuses an edit of an older revision and one that cannot be done, and changes nothing then', () => {
    const tree = service();
    tree.discover([racked('n1', 1)]);
    const told: DeviceTree[] = [];
    tree.onChange((now) => told.push(now));
    tree.edit(1, [{ op: 'rename', id: 'node/n1', name: 'first' }]);
    expect(() => tree.edit(1, [{ op: 'rename', id: 'node/n1', name: 'second' }])).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() =>
      tree.edit(2, [
        { op: 'rename', id: 'node/n1', name: 'third' },
        { op: 'place', id: 'node/n1', unit: 40, heightU: 8 },
      ]),
    ).toThrow(expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('unit 47') }));
    expect(() => tree.edit(2, [{ op: 'remove', id: 'gone' }])).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(told.map(({ revision }) => revision)).toEqual([2]);
    expect(writer.tree.load()).toEqual({
      revision: 2,
      places: expect.arrayContaining([expect.objectContaining({ id: 'node/n1', name: 'first' })]),
    });
  });

  it('lists the devices of the series, tells when one comes, and keeps a node that has some', () => {
    const tree = service();
    tree.discover([racked('n1', 1), racked('n2', 9)]);
    const told: DeviceTree[] = [];
    tree.onChange((now) => told.push(now));
    const series = [
      gpu,
      { ...gpu, id: 8, metric: 'gpu.load' } as const,
      { ...gpu, id: 9, device: 'run/a1', metric: 'train.loss' } as const,
      { ...gpu, id: 10, device: 'room/ups', metric: 'facility.meter.power', label: 'UPS' } as const,
    ];
    tree.setSeries(series);
    tree.setSeries(series);
    expect(told).toHaveLength(1);
    expect(told[0]!.devices).toEqual([
      { device: 'node/n1/gpu0', node: 'node/n1', kind: 'gpu', label: 'H100' },
      { device: 'room/ups', node: null, kind: 'facility', label: 'UPS' },
    ]);
    expect(told[0]!.revision).toBe(1);
    expect(() => tree.edit(1, [{ op: 'remove', id: 'node/n1' }])).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(tree.edit(1, [{ op: 'remove', id: 'node/n2' }]).places.some(({ id }) => id === 'node/n2')).toBe(false);
  });
});
