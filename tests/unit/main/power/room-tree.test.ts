import { expect, it } from 'vitest';
import { facilityPower } from '@shared/energy/facility';
import type { PowerPlace, PowerTree } from '@shared/model/power-tree';
import { defaultSettings } from '@shared/model/settings';
import type { Reading } from '@shared/model/series';
import { RoomPower } from '../../../../src-main/core/energy/room-power';

const meter = (device: string, value: number | null): Reading => ({
  device,
  label: device,
  metric: 'meter.power',
  provenance: 'measured',
  value,
});
const branch = (device: string, value: number | null): Reading => ({ ...meter(device, value), metric: 'facility.meter.power' });
const cpu = (value: number): Reading => ({ device: 'cpu0', label: 'CPU', metric: 'cpu.power', provenance: 'measured', value });
const place = (id: string, kind: PowerPlace['kind'], parent: string | null, more: Partial<PowerPlace> = {}): PowerPlace => ({
  id,
  kind,
  parent,
  name: id,
  position: 0,
  device: null,
  meters: [],
  ...more,
});
const metered = (device: string, side: 'input' | 'output') => ({ meters: [{ device, side, classPercent: 1 }] });

function room(...first: readonly PowerPlace[]) {
  let tree: PowerTree = { revision: 1, places: [...first] };
  const power = new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 500, tree: () => tree });
  return {
    power,
    edit: (...places: readonly PowerPlace[]) => void (tree = { revision: tree.revision + 1, places: [...places] }),
    at: (atMs: number, ...readings: readonly Reading[]) => {
      power.derive(atMs, readings);
      const point = power.latest;
      if (point === null) throw new Error('no point');
      return point;
    },
  };
}

it('goes from a modelled facility to a metered one when a meter is placed at the supply, and withholds it while that is silent', () => {
  const own = room();
  expect(own.at(1000, cpu(60), meter('sensor/m', 150))).toMatchObject({
    facilityPowerW: { provenance: 'modelled' },
    tree: { facility: 'none' },
  });
  own.edit(place('grid', 'utility', null, metered('sensor/m', 'output')));
  const point = own.at(2000, cpu(60), meter('sensor/m', 150));
  expect(point).toMatchObject({
    itPowerW: { value: 100 },
    facilityPowerW: { value: 150, provenance: 'measured' },
    powerRatio: { value: 1.5 },
    // The model goes on beside the meter, so that its error can be told.
    tree: { facilityW: { value: 150 }, modelledW: { provenance: 'modelled' } },
  });
  expect(point.tree.modelledW.value).toBeCloseTo(facilityPower(100, 750, defaultSettings.facility).totalW, 9);
  expect(point.meters).toMatchObject([{ device: 'sensor/m' }]);
  const dead = own.at(3000, cpu(60), meter('sensor/m', null));
  expect(dead).toMatchObject({
    facilityPowerW: { value: null, withheld: 'no-sensor' },
    silent: [{ device: 'sensor/m', why: 'no-sensor' }],
  });
  // Not heard at all: the same, until it is taken out of the tree by hand.
  expect(own.at(20_000, cpu(60))).toMatchObject({ facilityPowerW: { withheld: 'stale' } });
  own.edit();
  expect(own.at(21_000, cpu(60))).toMatchObject({ facilityPowerW: { provenance: 'modelled' }, silent: [] });
});

it('counts a feed that says it is a branch as one, and where it is placed only there', () => {
  const own = room();
  expect(own.at(1000, cpu(60), meter('sensor/a', 150), branch('sensor/a', 150))).toMatchObject({
    facilityPowerW: { value: 150 },
    tree: { facility: 'metered', branches: [{ device: 'sensor/a' }] },
  });
  own.edit(place('grid', 'utility', null, metered('sensor/a', 'output')));
  expect(own.at(2000, cpu(60), meter('sensor/a', 150), branch('sensor/a', 150))).toMatchObject({
    facilityPowerW: { value: 150 },
    tree: { branches: [] },
    facilityMeters: ['sensor/a'],
  });
});

it('stays modelled while a place of the tree is metered nowhere, and names it', () => {
  const own = room(
    place('grid', 'utility', null),
    place('ups', 'ups', 'grid', metered('sensor/u', 'input')),
    place('chiller', 'cooling', 'grid'),
  );
  expect(own.at(1000, cpu(60), meter('sensor/u', 120))).toMatchObject({
    facilityPowerW: { provenance: 'modelled' },
    tree: { facility: 'open', open: ['chiller'] },
  });
});

it('takes a meter that stands at a node for that of the whole node', () => {
  const node = place('lab', 'node', null, { device: 'local', ...metered('sensor/plug', 'input') });
  const own = room(node);
  const point = own.at(1000, cpu(60), meter('sensor/plug', 130));
  expect(point).toMatchObject({ itPowerW: { value: 130, provenance: 'measured' }, meteredItShare: 1, meteredNodes: ['local'] });
  own.edit({ ...node, meters: [] });
  expect(own.at(2000, cpu(60), meter('sensor/plug', 130))).toMatchObject({ itPowerW: { value: 100 }, meteredNodes: [], silent: [] });
});

it('takes the IT from a PDU, with what no node tells as a part of its own', () => {
  const pdu = place('pdu', 'pdu', null, metered('sensor/pdu', 'output'));
  const own = room(pdu, place('lab', 'node', 'pdu', { device: 'local' }));
  const point = own.at(1000, cpu(60), meter('sensor/pdu', 400));
  // 60 W and the base power of 40 W of this machine; the other 300 W are of what is not seen from here.
  expect(point).toMatchObject({ itPowerW: { value: 400, provenance: 'measured' }, meteredItShare: 1 });
  expect(point.devices.at(-1)).toMatchObject({ device: 'room/it/pdu', label: 'pdu', powerW: { value: 300 } });
  expect(own.at(2000, cpu(60), meter('sensor/pdu', null))).toMatchObject({ itPowerW: { value: null }, silent: [{ device: 'sensor/pdu' }] });
  // A node that hangs elsewhere is not in it.
  own.edit(pdu, place('pdu2', 'pdu', null), place('lab', 'node', 'pdu2', { device: 'local' }));
  expect(own.at(3000, cpu(60), meter('sensor/pdu', 400)).itPowerW.value).toBe(500);
});
