import { describe, expect, it } from 'vitest';
import { isSame, matchCurves, type PowerCourse } from '@shared/energy/curve-match';
import { areTwins, canBeSame, isOutlet, kindIn, nameWithin, serverOfController, sideIn, withoutSide } from '@shared/energy/place-names';
import { powerProposals, type KnownNode, type MeterToPlace } from '@shared/energy/power-proposals';
import { editPowerTree, type PowerPlace, type PowerPlaceKind } from '@shared/model/power-tree';
import { english } from '@shared/text/message';
import { random as seededRandom } from '../../../helpers/random';

describe('names', () => {
  it.each([
    ['Main meter', 'utility'],
    ['市电总进线电表', 'utility'],
    ['Main PDU', 'pdu'],
    ['UPS battery', 'ups'],
    ['不间断电源2', 'ups'],
    ['A1 列头柜', 'pdu'],
    ['Rack 4 rPDU', 'pdu'],
    ['Rack PDUs', 'pdu'],
    ['4号机柜', 'rack'],
    ['CRAH-2', 'cooling'],
    ['精密空调 3', 'cooling'],
    ['冷却泵1', 'cooling'],
    ['Chiller', 'cooling'],
    ['照明', 'lighting'],
    ['Hall lights', 'lighting'],
    ['PV roof', 'solar'],
    ['光伏', 'solar'],
    ['柴油发电机', 'generator'],
    ['储能电池', 'battery'],
    ['Shelly 3EM', null],
  ] as const)('%s is a %s', (name, kind) => {
    expect(kindIn(name)).toBe(kind);
  });

  it('finds a place by its name, whole and with its number', () => {
    expect(nameWithin('PDU-3 outlet 12 gpu-node-07', 'gpu-node-7')).toBeGreaterThan(nameWithin('PDU-3 outlet 12 gpu-node-07', 'PDU 3'));
    expect(nameWithin('UPS_02 output', 'UPS 2')).toBeGreaterThan(0);
    expect(nameWithin('不间断电源02 输出', 'UPS-2')).toBeGreaterThan(0);
    expect(nameWithin('rack 10', 'Rack 1')).toBe(0);
    expect(nameWithin('rack 4', 'Rack')).toBe(0);
    expect(nameWithin('gpu 7', 'gpu')).toBe(0);
    expect(nameWithin('UPS 2', 'UPS')).toBe(0);
  });

  it('reads sides, outlets, twins and controllers', () => {
    expect([sideIn('UPS output'), sideIn('UPS 进线侧'), sideIn('UPS 2'), sideIn('input output')]).toEqual(['output', 'input', null, null]);
    expect([isOutlet('PDU-3 outlet 12'), isOutlet('PDU-3 插座 4'), isOutlet('PDU-3')]).toEqual([true, true, false]);
    expect([areTwins('node-7 A', 'node-7 B'), areTwins('node-7 PSU 1', 'node-7 PSU 2'), areTwins('node 7', 'node 8')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([
      canBeSame('Chiller 1', 'CRAH 1'),
      canBeSame('UPS-2', 'UPS 1'),
      canBeSame('UPS-2', 'UPS'),
      canBeSame('cooling', 'Chiller'),
    ]).toEqual([false, false, true, true]);
    expect([serverOfController('gpu-07-bmc.mgmt.example'), serverOfController('idrac-gpu-07'), serverOfController('10.0.0.7')]).toEqual([
      'gpu-07',
      'gpu-07',
      null,
    ]);
  });
});

const MINUTES = 240;
/** A load that goes up and down by jobs, each seed its own. */
function loadOf(seed: number): number[] {
  const random = seededRandom(seed);
  let watts = 600;
  return Array.from({ length: MINUTES }, () => {
    if (random() < 0.08) watts = 400 + 1_200 * random();
    return watts + 20 * random();
  });
}
const courseOf = (values: readonly number[], lag = 0): PowerCourse => new Map(values.map((value, i) => [i + lag, value]));

describe('curves', () => {
  const load = loadOf(1);

  it('knows the same power again, scaled a little, late and with noise', () => {
    const random = seededRandom(9);
    const match = matchCurves(
      courseOf(
        load.map((watts) => 1.06 * watts + 15 * random()),
        2,
      ),
      courseOf(load),
    );
    expect(match).toMatchObject({ lag: 2, n: MINUTES });
    expect(match?.r).toBeGreaterThan(0.99);
    expect(match?.slope).toBeCloseTo(1.06, 1);
    expect(match !== null && isSame(match, { from: 0.85, to: 1.5 })).toBe(true);
    expect(match !== null && isSame(match, { from: 0.95, to: 1.03 })).toBe(false);
  });

  it('says nothing of what hardly varies, or is hardly known', () => {
    expect(matchCurves(courseOf(load.map((_, i) => 600 + (i % 2))), courseOf(load))).toBeNull();
    expect(matchCurves(courseOf(load.slice(0, 20)), courseOf(load))).toBeNull();
  });

  it('does not take two loads for one because both rise over the day', () => {
    const rising = (seed: number): PowerCourse => {
      const random = seededRandom(seed);
      return courseOf(load.map((_, i) => 500 + 3 * i + 20 * random()));
    };
    const match = matchCurves(rising(3), rising(4));
    expect(match?.r).toBeGreaterThan(0.98);
    expect(match !== null && isSame(match, { from: 0.85, to: 1.5 })).toBe(false);
  });
});

const place = (id: string, kind: PowerPlaceKind, parent: string | null, more: Partial<PowerPlace> = {}): PowerPlace => ({
  id,
  kind,
  parent,
  name: id,
  position: 0,
  device: null,
  meters: [],
  ...more,
});
const meter = (device: string, label: string, more: Partial<MeterToPlace> = {}): MeterToPlace => ({
  device: `sensor/${device}`,
  label,
  found: null,
  controller: null,
  isSupply: false,
  ...more,
});

interface Room {
  readonly places: readonly PowerPlace[];
  readonly meters: readonly MeterToPlace[];
  readonly courses?: Readonly<Record<string, PowerCourse>>;
  readonly nodes?: readonly KnownNode[];
  readonly dismissed?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

const found = ({ places, meters, courses = {}, nodes = [], dismissed = [], labels = {} }: Room) =>
  powerProposals({
    tree: { revision: 1, places: [...places] },
    meters,
    labelOf: (device) => labels[device] ?? device,
    nodes,
    course: (device) => courses[device] ?? null,
    spanMs: 24 * 3_600_000,
    bucketMs: 60_000,
    dismissed: new Set(dismissed),
  });
const placedAt = (room: Room): Record<string, string> =>
  Object.fromEntries(found(room).proposals.map(({ label, name, side, place: at }) => [label, `${at === null ? '+' : ''}${name} ${side}`]));

const grid = place('Grid', 'utility', null);
const ups = place('UPS 1', 'ups', 'Grid');
const pdu = place('PDU 3', 'pdu', 'UPS 1');
const nodeA = place('gpu-node-07', 'node', 'PDU 3', { device: 'node/gpu-node-07' });
const nodeB = place('gpu-node-08', 'node', 'PDU 3', { device: 'node/gpu-node-08' });
const tree = [grid, ups, pdu, nodeA, nodeB];

describe('proposals', () => {
  it('proposes one UPS for its two sides, also where it is added by the first of them', () => {
    const battery = { found: { kind: 'ups', feed: null } } as const;
    const meters = [meter('u/input', 'UPS 2 input', battery), meter('u/output', 'UPS 2 output', battery)];
    expect(placedAt({ places: [grid], meters })).toEqual({ 'UPS 2 input': '+UPS 2 input', 'UPS 2 output': '+UPS 2 output' });
    const added = place('UPS 2', 'ups', 'Grid', { meters: [{ device: 'sensor/u/input', side: 'input', classPercent: 1 }] });
    expect(placedAt({ places: [grid, added], meters: meters.slice(1) })).toEqual({ 'UPS 2 output': 'UPS 2 output' });
    expect([withoutSide('UPS 进线侧'), withoutSide('input'), withoutSide('PDU-3_output')]).toEqual(['UPS', 'input', 'PDU-3']);
  });

  it('places no unit beside a meter of the whole plant, which has it in it', () => {
    const [whole, chiller] = [meter('p', 'Cooling plant'), meter('c', 'Chiller 1')];
    expect(placedAt({ places: [grid], meters: [whole, chiller] })).toEqual({ 'Cooling plant': '+Cooling plant input' });
    const placed = place('Cooling plant', 'cooling', 'Grid', { meters: [{ device: 'sensor/p', side: 'input', classPercent: 1 }] });
    expect(placedAt({ places: [grid, placed], meters: [chiller] })).toEqual({});
    expect(placedAt({ places: [grid], meters: [chiller] })).toEqual({ 'Chiller 1': '+Chiller 1 input' });
  });

  it('goes by names, kinds and what feeds and devices say', () => {
    expect(
      placedAt({
        places: tree,
        meters: [
          meter('a', 'Main meter'),
          meter('b', 'PDU-3 outlet 12 gpu-node-07'),
          meter('c', 'PDU-3'),
          meter('d', '1号不间断电源 输入'),
          meter('e/output', 'Eaton 9PX output', { found: { kind: 'ups', feed: null } }),
          meter('f', 'Controller 5', { controller: { node: null, host: 'gpu-node-08-bmc.example' } }),
          meter('g', 'PDU-3 outlet 4'),
          meter('h', 'Shelly 3EM'),
        ],
      }),
    ).toEqual({
      'Main meter': 'Grid output',
      'PDU-3 outlet 12 gpu-node-07': 'gpu-node-07 input',
      'PDU-3': 'PDU 3 input',
      '1号不间断电源 输入': 'UPS 1 input',
      'Eaton 9PX output': 'UPS 1 output',
      'Controller 5': 'gpu-node-08 input',
    });
  });

  it('proposes a place to add where the tree has none, below what alone can feed it, and does it in one operation', () => {
    const room = { places: tree, meters: [meter('a', 'CRAH 2'), meter('b', 'UPS 2'), meter('c', 'Solar roof'), meter('d', '4号机柜')] };
    const { proposals } = found(room);
    expect(placedAt(room)).toEqual({
      'CRAH 2': '+CRAH 2 input',
      'UPS 2': '+UPS 2 input',
      'Solar roof': '+Solar roof output',
      '4号机柜': '+4号机柜 input',
    });
    const places = proposals.reduce(
      (now, { operations }) => editPowerTree(now, operations, { newId: (kind) => `${kind}-${now.length}` }),
      [...tree],
    );
    const at = (name: string) => places.find((own) => own.name === name);
    expect(at('CRAH 2')).toMatchObject({ parent: 'Grid', meters: [{ device: 'sensor/a', side: 'input', classPercent: 1 }] });
    expect(at('UPS 2')).toMatchObject({ parent: 'Grid', kind: 'ups' });
    expect(at('Solar roof')).toMatchObject({ parent: null, kind: 'solar' });
    expect(at('4号机柜')).toMatchObject({ parent: 'PDU 3', kind: 'rack' });
  });

  it('does not add what would stand beside the supply, nor choose one of several', () => {
    const places = [grid, place('Grid 2', 'utility', null), place('UPS 1', 'ups', 'Grid'), place('UPS 2', 'ups', 'Grid 2')];
    expect(placedAt({ places, meters: [meter('a', 'CRAH 2'), meter('b', 'UPS'), meter('c', 'Main meter')] })).toEqual({});
  });

  it('follows the curve where the name lies, and says so', () => {
    const [a, b] = [loadOf(1), loadOf(2)];
    const { proposals } = found({
      places: tree,
      // The plugs were swapped, and a third is called after nothing.
      meters: [meter('x', 'gpu-node-07'), meter('y', 'gpu-node-08'), meter('z', 'Shelly 5')],
      courses: {
        'node/gpu-node-07': courseOf(a),
        'node/gpu-node-08': courseOf(b),
        'sensor/x': courseOf(
          b.map((watts) => 1.05 * watts + 60),
          1,
        ),
        'sensor/y': courseOf(a.map((watts) => 1.05 * watts + 60)),
        'sensor/z': courseOf(a.map((watts, i) => 1.02 * (watts + (b[i] ?? 0)))),
      },
    });
    expect(proposals.map(({ label, name, side }) => [label, name, side])).toEqual(
      expect.arrayContaining([
        ['gpu-node-07', 'gpu-node-08', 'input'],
        ['gpu-node-08', 'gpu-node-07', 'input'],
        ['Shelly 5', 'PDU 3', 'output'],
      ]),
    );
    const [reasons] = proposals.filter(({ label }) => label === 'gpu-node-07').map((own) => own.reasons.map(english));
    expect(reasons?.[0]).toMatch(
      /Its power goes with that of gpu-node-08: r = (1|0\.99\d*) over \d+ moments of the last 24 h, slope 1\.05, .* 1 min apart/,
    );
    expect(reasons?.[1]).toMatch(/^Its name says gpu-node-07, but its power does not follow it \(r = /);
  });

  it('proposes nothing by name what the curve denies, though no other curve fits', () => {
    expect(
      placedAt({
        places: tree,
        meters: [meter('x', 'gpu-node-07')],
        courses: { 'node/gpu-node-07': courseOf(loadOf(1)), 'sensor/x': courseOf(loadOf(5)) },
      }),
    ).toEqual({});
  });

  it('leaves nodes that run in step to their names', () => {
    const load = loadOf(1);
    const near = (seed: number): PowerCourse => {
      const random = seededRandom(seed);
      return courseOf(load.map((watts) => watts + 8 * random()));
    };
    const courses = { 'node/gpu-node-07': near(11), 'node/gpu-node-08': near(12), 'sensor/x': near(13), 'sensor/y': near(14) };
    const { proposals } = found({ places: tree, meters: [meter('x', 'gpu-node-08'), meter('y', 'Plug 5')], courses });
    expect(proposals.map(({ label, name }) => [label, name])).toEqual([['gpu-node-08', 'gpu-node-08']]);
    expect(proposals[0]?.reasons.map(english).join(' ')).toContain('as it does with others');
  });

  it('knows a node that stands nowhere yet by its curve', () => {
    const room = {
      places: [grid, ups, pdu],
      nodes: [{ id: 'node/gpu-1', name: 'gpu-1', rack: null }],
      meters: [meter('x', 'Plug 5')],
      courses: { 'node/gpu-1': courseOf(loadOf(1)), 'sensor/x': courseOf(loadOf(1).map((watts) => watts * 1.1)) },
    };
    expect(placedAt(room)).toEqual({ 'Plug 5': '+gpu-1 input' });
    expect(found(room).proposals[0]?.operations).toMatchObject([{ op: 'add', kind: 'node', parent: 'PDU 3', device: 'node/gpu-1' }]);
  });

  it('places one meter at a side, but both of two supplies', () => {
    const double = [meter('x', 'gpu-node-07 BMC'), meter('y', 'Outlet 4 gpu-node-07')];
    expect(Object.keys(placedAt({ places: tree, meters: double }))).toHaveLength(1);
    const twins = [meter('x', 'gpu-node-07 feed A'), meter('y', 'gpu-node-07 feed B')];
    expect(Object.values(placedAt({ places: tree, meters: twins }))).toEqual(['gpu-node-07 input', 'gpu-node-07 input']);
    const one = { ...nodeA, meters: [{ device: 'sensor/x', side: 'input' as const, classPercent: 1 }] };
    const labels = { 'sensor/x': 'gpu-node-07 feed A' };
    const { proposals } = found({ places: [grid, ups, pdu, one, nodeB], meters: [meter('y', 'gpu-node-07 feed B')], labels });
    expect(proposals.map(({ name, reasons }) => [name, reasons.map(english)])).toEqual([
      ['gpu-node-07', ['It is called like gpu-node-07 feed A, which stands there: the other of two supplies.']],
    ]);
  });

  it('forgets what was dismissed, and counts it', () => {
    const room = { places: tree, meters: [meter('a', 'Main meter')] };
    const [first] = found(room).proposals;
    expect(found({ ...room, dismissed: [first?.id ?? ''] })).toEqual({ proposals: [], dismissed: 1 });
  });
});
