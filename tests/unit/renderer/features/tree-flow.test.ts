import { expect, it } from 'vitest';
import { suppliedW, treeFlow } from '../../../../src-renderer/charts/flow/tree-flow';
import { PowerTreePlan, reconcile } from '@shared/energy/power-tree';
import type { PowerPlace, PowerPlaceKind } from '@shared/model/power-tree';
import { quantity, withheld } from '@shared/model/provenance';

const place = (id: string, kind: PowerPlaceKind, parent: string | null, side: 'input' | 'output' | null = null): PowerPlace => ({
  id,
  kind,
  parent,
  name: id,
  position: 0,
  device: null,
  meters: side === null ? [] : [{ device: id, side, classPercent: 1 }],
});
const names = {
  bus: 'all',
  loss: 'loss',
  lossAndRest: 'loss and rest',
  unexplained: 'unexplained',
  surplus: 'surplus',
  outside: 'outside',
  back: (kind: PowerPlaceKind, name: string) => `${name} back (${kind})`,
};
function drawn(places: readonly PowerPlace[], told: Readonly<Record<string, number>>) {
  const { places: states } = reconcile(new PowerTreePlan({ revision: 1, places: [...places] }), {
    nowMs: 0,
    meter: (device) => ({
      powerW: told[device] === undefined ? withheld('W', 'stale', 'measured') : quantity(told[device], 'W', 'measured'),
      readMs: 0,
    }),
    equipment: () => null,
  });
  const graph = treeFlow(places, states, names);
  const label = new Map(graph.nodes.map((node) => [node.id, node.label]));
  return {
    graph,
    flows: graph.links.map(({ source, target, powerW }) => `${label.get(source) ?? '?'} > ${label.get(target) ?? '?'} ${powerW}`),
  };
}
const room = [
  place('grid', 'utility', null, 'output'),
  place('ups', 'ups', 'grid', 'input'),
  place('chiller', 'cooling', 'grid', 'input'),
  place('solar', 'solar', null, 'output'),
  place('battery', 'battery', null, 'output'),
];

it('draws what the supply gives, and what of it nothing explains', () => {
  const { graph, flows } = drawn(room.slice(0, 3), { grid: 1_000, ups: 600, chiller: 300 });
  expect(flows).toEqual(['grid > unexplained 100', 'grid > ups 600', 'grid > chiller 300']);
  expect(suppliedW(graph)).toBe(1_000);
  expect(graph.nodes.find(({ id }) => id === 'grid')).toMatchObject({ kind: 'supply', powerW: 1_000, provenance: 'measured' });
});

it('draws what is generated beside the supply together with it, and what is charged or exported the way it goes', () => {
  expect(drawn(room, { grid: 500, ups: 600, chiller: 300, solar: 300, battery: 100 }).flows).toEqual([
    'grid > all 500',
    'solar > all 300',
    'battery > all 100',
    'all > ups 600',
    'all > chiller 300',
  ]);
  const { graph, flows } = drawn(room, { grid: -400, ups: 600, chiller: 300, solar: 1_500, battery: -200 });
  expect(flows).toEqual([
    'all > grid back (utility) 400',
    'solar > all 1500',
    'all > battery back (battery) 200',
    'all > ups 600',
    'all > chiller 300',
  ]);
  expect(suppliedW(graph)).toBe(1_500);
  expect(graph.nodes.filter(({ kind }) => kind === 'back').map(({ powerW }) => powerW)).toEqual([400, 200]);
});

it('draws meters that tell more than the one above as such, beyond what their classes allow', () => {
  expect(drawn(room.slice(0, 3), { grid: 800, ups: 600, chiller: 300 }).flows).toContain('surplus > grid 100');
  expect(drawn(room.slice(0, 3), { grid: 895, ups: 600, chiller: 300 }).flows).toEqual(['grid > ups 600', 'grid > chiller 300']);
});

it('draws what a load that hangs on nothing gets, what feeds back, and nothing of a tree without branches', () => {
  const loose = [...room.slice(0, 3), place('tower', 'cooling', null, 'input')];
  expect(drawn(loose, { grid: 900, ups: 600, chiller: 300, tower: 50 }).flows).toContain('outside > tower 50');
  expect(drawn(room.slice(0, 3), { grid: 100, ups: -200, chiller: 300 }).flows).toEqual([
    'ups back (ups) > grid 200',
    'grid > chiller 300',
  ]);
  expect(drawn(room.slice(0, 1), { grid: 900 }).graph).toEqual({ nodes: [], links: [] });
});
