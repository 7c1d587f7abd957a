import { describe, expect, it } from 'vitest';
import {
  deviceKind,
  deviceOn,
  editTreeNodes,
  nodeOf,
  ownId,
  pathOf,
  pathText,
  TreeError,
  type TreeNode,
  type TreeOperation,
} from '@shared/model/device-tree';

const place = (id: string, parent: string | null, kind: TreeNode['kind'], position: number, more: Partial<TreeNode> = {}): TreeNode => ({
  id,
  parent,
  kind,
  name: id.toUpperCase(),
  position,
  unit: null,
  heightU: null,
  ...more,
});
const room: readonly TreeNode[] = [
  place('h1', null, 'hall', 0),
  place('r1', 'h1', 'row', 0),
  place('k1', 'r1', 'rack', 0, { heightU: 42 }),
  place('node/a', 'k1', 'node', 0, { unit: 1, heightU: 8 }),
  place('node/b', 'k1', 'node', 1, { unit: 9, heightU: 8 }),
  place('k2', 'r1', 'rack', 1, { heightU: 20 }),
  place('local', 'h1', 'node', 1),
];
let made = 0;
const edit = (...operations: TreeOperation[]): TreeNode[] =>
  editTreeNodes(room, operations, { newId: (kind) => `${kind}-new${(made += 1)}`, hasSeries: (id) => id === 'node/a' });
const reason = (...operations: TreeOperation[]): string => {
  try {
    edit(...operations);
  } catch (error) {
    if (error instanceof TreeError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'done';
};
const byId = (places: readonly TreeNode[], id: string): TreeNode | undefined => places.find((p) => p.id === id);

describe('what a device id says', () => {
  it.each([
    ['gpu0', 'local', 'gpu0', 'gpu'],
    ['cpu0/core3', 'local', 'cpu0/core3', 'core'],
    ['host', 'local', 'host', 'host'],
    ['disk/sda', 'local', 'disk/sda', 'disk'],
    ['sensor/acpitz/temp1', 'local', 'sensor/acpitz/temp1', 'sensor'],
    ['node/n-01', 'node/n-01', 'host', 'host'],
    ['node/n-01/gpu7', 'node/n-01', 'gpu7', 'gpu'],
    ['node/n-01/cpu1/core9', 'node/n-01', 'cpu1/core9', 'core'],
    ['node/n-01/fan/2', 'node/n-01', 'fan/2', 'fan'],
    ['room', null, 'room', 'facility'],
    ['room/ups', null, 'room/ups', 'facility'],
    ['run/a1', null, 'run/a1', 'other'],
  ] as const)('%s', (device, node, own, kind) => {
    expect([nodeOf(device), ownId(device), deviceKind(device)]).toEqual([node, own, kind]);
    if (node !== null) expect(deviceOn(node, own)).toBe(device);
  });

  it('finds the way from the hall to its node', () => {
    expect(pathOf(room, 'node/b/gpu3').map((p) => p.id)).toEqual(['h1', 'r1', 'k1', 'node/b']);
    expect(pathText(room, 'node/b/gpu3', 'H100')).toBe('H1 · R1 · K1 · NODE/B · H100');
    expect(pathText(room, 'node/b', 'b')).toBe('H1 · R1 · K1 · NODE/B');
    expect(pathText(room, 'gpu0', 'H100')).toBe('H1 · LOCAL · H100');
    expect(pathOf(room, 'room/ups')).toEqual([]);
    expect(pathText(room, 'node/unknown/gpu0', 'H100')).toBe('H100');
  });
});

describe('editing places', () => {
  it('adds rows and racks at the end of their siblings', () => {
    const places = edit({ op: 'add', kind: 'row', parent: 'h1', name: 'R2' }, { op: 'add', kind: 'rack', parent: 'r1', name: 'K3' });
    expect(places.find((p) => p.name === 'R2')).toMatchObject({ parent: 'h1', kind: 'row', position: 2, heightU: null });
    expect(places.find((p) => p.name === 'K3')).toMatchObject({ parent: 'r1', position: 2, heightU: 42 });
  });

  it('moves a node to another rack: out of its units, the rest without a gap, in tree order', () => {
    const places = edit({ op: 'move', id: 'node/a', parent: 'k2' }, { op: 'place', id: 'node/a', unit: 13, heightU: 8 });
    expect(byId(places, 'node/a')).toMatchObject({ parent: 'k2', position: 0, unit: 13 });
    expect(byId(places, 'node/b')).toMatchObject({ position: 0, unit: 9 });
    expect(places.map((p) => p.id)).toEqual(['h1', 'r1', 'k1', 'node/b', 'k2', 'node/a', 'local']);
    expect(edit({ op: 'move', id: 'node/a', parent: 'k2' }).find((p) => p.id === 'node/a')?.unit).toBeNull();
  });

  it('orders siblings', () => {
    const places = edit({ op: 'move', id: 'k2', parent: 'r1', position: 0 });
    expect([byId(places, 'k2')?.position, byId(places, 'k1')?.position]).toEqual([0, 1]);
    // A node that only changes its turn keeps its units.
    expect(byId(edit({ op: 'move', id: 'node/b', parent: 'k1', position: 0 }), 'node/b')).toMatchObject({ position: 0, unit: 9 });
  });

  it('does all or none, and leaves what it was given as it is', () => {
    const before = JSON.stringify(room);
    expect(reason({ op: 'rename', id: 'h1', name: 'X' }, { op: 'remove', id: 'r1' })).toMatch(/^invalid: .*not empty/);
    expect(JSON.stringify(room)).toBe(before);
  });

  it.each<[string, RegExp, ...TreeOperation[]]>([
    ['a rack in a rack', /stands in a row or hall, not in a rack/, { op: 'add', kind: 'rack', parent: 'k1', name: 'x' }],
    ['a row in nothing', /A row stands in a hall/, { op: 'add', kind: 'row', parent: null, name: 'x' }],
    ['a hall in a hall', /stands in nothing else/, { op: 'add', kind: 'hall', parent: 'h1', name: 'x' }],
    ['a hall under its own row', /stands in nothing else/, { op: 'move', id: 'h1', parent: 'r1' }],
    ['a height for a row', /no height/, { op: 'add', kind: 'row', parent: 'h1', name: 'x', heightU: 3 }],
    ['a place that is taken', /NODE\/B stands in that place/, { op: 'place', id: 'node/a', unit: 2, heightU: 8 }],
    ['a place above the rack', /reach unit 43 of K1, which has 42/, { op: 'place', id: 'node/a', unit: 36, heightU: 8 }],
    ['rack units outside a rack', /is in no rack/, { op: 'place', id: 'local', unit: 1, heightU: 4 }],
    ['a rack that gets too low for its nodes', /reach unit 16/, { op: 'resize', id: 'k1', heightU: 12 }],
    ['a row resized', /only a rack is resized/, { op: 'resize', id: 'r1', heightU: 12 }],
    ['a rack placed', /only a node/, { op: 'place', id: 'k1', unit: 1, heightU: 1 }],
    ['a node with series removed', /has recorded series/, { op: 'remove', id: 'node/a' }],
    ['this machine removed', /has recorded series/, { op: 'remove', id: 'local' }],
    ['what is not there', /^not-found/, { op: 'rename', id: 'nobody', name: 'x' }],
  ])('refuses %s', (_what, message, ...operations) => {
    expect(reason(...operations)).toMatch(message);
  });

  it('refuses to remove the last hall', () => {
    const rules = { newId: () => 'x', hasSeries: () => false };
    expect(() => editTreeNodes([place('h1', null, 'hall', 0)], [{ op: 'remove', id: 'h1' }], rules)).toThrow(/at least one hall/);
  });

  it('removes what is empty, and a node nobody heard of', () => {
    expect(edit({ op: 'remove', id: 'k2' }, { op: 'remove', id: 'node/b' }).map((p) => p.id)).toEqual([
      'h1',
      'r1',
      'k1',
      'node/a',
      'local',
    ]);
  });
});
