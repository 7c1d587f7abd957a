import { expect, it } from 'vitest';
import type { PowerPlace } from '@shared/model/power-tree';
import { PueFamilyQuery } from '@shared/model/pue';
import { defaultSettings } from '@shared/model/settings';
import { familyOver, pueOver } from '../../../../src-main/core/api/energy';
import { treeOver } from '../../../../src-main/core/power/tree-over';
import { PowerTreeService } from '../../../../src-main/core/power/power-tree';
import { testReader, testWriter } from '../support/stores';

const QUARTER = 900_000;
const KWH = 3.6e6;
const dayMs = Date.UTC(2026, 2, 2);

const at = (quarter: number): number => dayMs + quarter * QUARTER;

it('makes the PUE of the past with the tree that held then, part by part', async () => {
  const writer = testWriter();
  let nowMs = at(0) - 86_400_000;
  const open = () => new PowerTreeService({ store: writer.powerTree, log: () => undefined, onEvent: () => undefined, wallMs: () => nowMs });
  const tree = open();
  const id = (name: string): string => tree.current.places.find((place: PowerPlace) => place.name === name)?.id ?? '';
  const edit = (...operations: Parameters<PowerTreeService['edit']>[1]) => tree.edit(tree.current.revision, operations);
  edit({ op: 'add', kind: 'utility', parent: null, name: 'Grid', device: null });
  edit({ op: 'add', kind: 'pdu', parent: id('Grid'), name: 'PDU', device: null });
  // The first meters hold always; that at the supply is exchanged at six for one that reads otherwise.
  edit(
    { op: 'meter', id: id('Grid'), device: 'sensor/old', side: 'output', classPercent: 1 },
    { op: 'meter', id: id('PDU'), device: 'sensor/pdu', side: 'output', classPercent: 1 },
  );
  nowMs = at(24) + 100_000;
  edit({ op: 'unmeter', device: 'sensor/old' }, { op: 'meter', id: id('Grid'), device: 'sensor/new', side: 'output', classPercent: 1 });
  expect(tree.versions.map(({ fromMs }) => fromMs)).toEqual([0, at(24)]);
  const quarters = Array.from({ length: 96 }, (_, i) => Math.round(at(i) / QUARTER));
  const booked = (device: string, kwh: number) => ({
    device,
    flow: 'import' as const,
    bookings: quarters.map((quarter) => ({ quarter, joules: kwh * KWH, countedJ: 0, knownMs: QUARTER, unknownMs: 0, correctedJ: 0 })),
    mark: null,
  });
  // Each goes on beside the other: only where it stood does it count.
  writer.meterEnergy.add([booked('sensor/old', 2), booked('sensor/new', 3), booked('sensor/pdu', 1)]);
  const reader = await testReader(writer.path);
  const sources = (of: PowerTreeService) => ({
    reader,
    powerTree: of,
    roomPower: { ratedW: 10_000 },
    settings: { current: defaultSettings },
    powerFits: { current: { lookedAtMs: null, fits: [], without: [] } },
  });
  const ask = (step: 'hour' | 'day', of: PowerTreeService) =>
    familyOver(PueFamilyQuery.parse({ fromMs: at(0), toMs: at(96), step }), at(96), sources(of), new AbortController().signal);
  const hours = await ask('hour', tree);
  expect(hours.stretches[5]?.pue.value).toBeCloseTo(2, 9);
  expect(hours.stretches[6]?.pue.value).toBeCloseTo(3, 9);
  // A day in which it was exchanged is both of its parts: 24 quarters of 2 kWh, 72 of 3, over 96 of 1.
  const [day] = (await ask('day', tree)).stretches;
  expect(day?.facilityKwh.value).toBeCloseTo(24 * 2 + 72 * 3, 6);
  expect(day?.pue).toMatchObject({ value: expect.closeTo((24 * 2 + 72 * 3) / 96, 9), coverage: 1 });
  expect(day?.category).toBe('pue2');
  // The room's figure of the last 24 hours is the very same, with how it is known.
  const shown = await pueOver('day', at(96), sources(tree), new AbortController().signal);
  expect(shown).toMatchObject({
    fromMs: at(0),
    toMs: at(96),
    ratio: day?.pue,
    uncertainty: day?.uncertainty,
    category: 'pue2',
    meteredItShare: 1,
    isMetered: true,
    missing: [],
    isSoFar: false,
  });
  expect(shown.uncertainty).toBeGreaterThan(0);
  // The tree's mean powers are of the time since it was last changed, by what each meter measured in it.
  const over = await treeOver({ fromMs: at(0), toMs: at(96) }, at(96), sources(tree), new AbortController().signal);
  expect(over).toMatchObject({ fromMs: at(24), toMs: at(96), sinceChange: true, missing: [] });
  const named = (name: string) => over.places.find((own) => own.id === id(name));
  expect(named('Grid')).toMatchObject({ outputW: { value: expect.closeTo(12_000, 6), provenance: 'derived' } });
  expect(named('PDU')).toMatchObject({ outputW: { value: expect.closeTo(4_000, 6) } });
  expect(named('Grid')?.unexplainedW?.value).toBeCloseTo(8_000, 6);
  // Of a time that one of them hardly knows it does not speak.
  const beyond = await treeOver({ fromMs: at(84), toMs: at(108) }, at(108), sources(tree), new AbortController().signal);
  expect(beyond).toMatchObject({ fromMs: at(84), sinceChange: false, missing: ['sensor/pdu', 'sensor/new'].sort() });
  expect(beyond.places.find((own) => own.id === id('Grid'))?.outputW).toMatchObject({ value: null, withheld: 'low-coverage' });
  // After a start it is the same; put right for the past, too, it is the new meter's all along.
  const again = open();
  expect((await ask('day', again)).stretches[0]?.pue.value).toBeCloseTo(2.75, 9);
  again.edit(again.current.revision, [{ op: 'rename', id: id('PDU'), name: 'PDU 1' }], 'always');
  expect((await ask('day', again)).stretches[0]?.pue.value).toBeCloseTo(3, 9);
});
