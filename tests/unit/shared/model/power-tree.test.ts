import { expect, it } from 'vitest';
import { TreeError } from '@shared/model/device-tree';
import { canFeed, editPowerTree, powerPlaceKinds, PowerTreeOperation, type PowerPlace } from '@shared/model/power-tree';
import { messageOf, english } from '@shared/text/message';
import type { z } from 'zod';

let made = 0;
const edit = (places: readonly PowerPlace[], ...operations: z.input<typeof PowerTreeOperation>[]): PowerPlace[] =>
  editPowerTree(
    places,
    operations.map((operation) => PowerTreeOperation.parse(operation)),
    { newId: (kind) => `${kind}-${++made}` },
  );
const idOf = (places: readonly PowerPlace[], name: string): string => places.find((place) => place.name === name)?.id ?? '';
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof TreeError) return english(messageOf(error));
    throw error;
  }
  return 'done';
};

function chain(): PowerPlace[] {
  made = 0;
  return edit(
    [],
    { op: 'add', kind: 'utility', parent: null, name: 'Grid' },
    { op: 'add', kind: 'ups', parent: 'utility-1', name: 'UPS A' },
    { op: 'add', kind: 'pdu', parent: 'ups-2', name: 'PDU 1' },
    { op: 'add', kind: 'pdu', parent: 'pdu-3', name: 'PDU 1.1' },
    { op: 'add', kind: 'node', parent: 'pdu-4', name: 'lab', device: 'local' },
    { op: 'add', kind: 'cooling', parent: 'utility-1', name: 'Chiller' },
  );
}

it('lists parents before what they feed, siblings by their position', () => {
  const places = chain();
  expect(places.map(({ name }) => name)).toEqual(['Grid', 'UPS A', 'PDU 1', 'PDU 1.1', 'lab', 'Chiller']);
  const moved = edit(places, { op: 'move', id: idOf(places, 'Chiller'), parent: 'utility-1', position: 0 });
  expect(moved.map(({ name, position }) => [name, position])).toEqual([
    ['Grid', 0],
    ['Chiller', 0],
    ['UPS A', 1],
    ['PDU 1', 0],
    ['PDU 1.1', 0],
    ['lab', 0],
  ]);
  // The given ones are as they were.
  expect(places.at(-1)?.position).toBe(1);
});

it('lets power flow one way only, and nothing below itself', () => {
  const places = chain();
  expect(refusal(() => edit(places, { op: 'move', id: 'pdu-3', parent: 'pdu-4' }))).toBe(
    'PDU 1 cannot stand below PDU 1.1, which it feeds itself. Move PDU 1.1 out of PDU 1 first.',
  );
  expect(refusal(() => edit(places, { op: 'move', id: 'pdu-3', parent: 'pdu-3' }))).toMatch(/cannot stand below PDU 1,/);
  expect(refusal(() => edit(places, { op: 'move', id: 'ups-2', parent: 'pdu-3' }))).toMatch(/^PDU 1 \(PDU\) does not feed UPS A \(UPS\)/);
  expect(refusal(() => edit(places, { op: 'add', kind: 'generator', parent: 'utility-1', name: 'Diesel' }))).toMatch(
    /^Diesel is a source \(generator\) and is fed by nothing\. Leave it at the top/,
  );
  expect(refusal(() => edit(places, { op: 'add', kind: 'pdu', parent: idOf(places, 'Chiller'), name: 'P' }))).toMatch(
    /^Chiller \(cooling\) draws power and feeds nothing/,
  );
  expect(refusal(() => edit(places, { op: 'move', id: 'ups-2', parent: 'nowhere' }))).toMatch(/no place nowhere/);
  for (const above of powerPlaceKinds)
    for (const kind of powerPlaceKinds) if (above !== kind) expect(canFeed(above, kind) && canFeed(kind, above)).toBe(false);
});

it('has each meter at one place, at a side which that has, and no part of a meter beside the whole', () => {
  const places = edit(chain(), { op: 'meter', id: 'ups-2', device: 'sensor/m', side: 'input', classPercent: 0.5 });
  const moved = edit(places, { op: 'meter', id: 'ups-2', device: 'sensor/m', side: 'output' });
  expect(moved.flatMap(({ meters }) => meters)).toEqual([{ device: 'sensor/m', side: 'output', classPercent: 1 }]);
  expect(refusal(() => edit(places, { op: 'meter', id: 'ups-2', device: 'sensor/m/L1', side: 'input' }))).toMatch(
    /^sensor\/m\/L1 and sensor\/m are parts of one meter, and UPS A would count the same power twice/,
  );
  expect(refusal(() => edit(places, { op: 'meter', id: 'utility-1', device: 'sensor/n', side: 'input' }))).toMatch(
    /place sensor\/n at its output/,
  );
  expect(refusal(() => edit(places, { op: 'meter', id: 'node-5', device: 'sensor/n', side: 'output' }))).toMatch(
    /place sensor\/n at its input/,
  );
  expect(edit(places, { op: 'unmeter', device: 'sensor/m' }).flatMap(({ meters }) => meters)).toEqual([]);
});

it('knows a piece of equipment once, and removes only what feeds nothing', () => {
  const places = chain();
  expect(refusal(() => edit(places, { op: 'add', kind: 'node', parent: 'pdu-3', name: 'again', device: 'local' }))).toMatch(
    /^local is lab in the power tree already/,
  );
  expect(refusal(() => edit(places, { op: 'link', id: 'pdu-3', device: 'gpu0' }))).toMatch(/^PDU 1 is a PDU; only a node or a device/);
  expect(refusal(() => edit(places, { op: 'remove', id: 'pdu-3' }))).toMatch(/^PDU 1 feeds other places/);
  // All or none: the first is not done when the second cannot be.
  expect(refusal(() => edit(places, { op: 'remove', id: 'node-5' }, { op: 'remove', id: 'node-5' }))).toMatch(/no place node-5/);
  expect(edit(places, { op: 'remove', id: 'node-5' }, { op: 'remove', id: 'pdu-4' }).map(({ name }) => name)).toEqual([
    'Grid',
    'UPS A',
    'PDU 1',
    'Chiller',
  ]);
});
