import { expect, it } from 'vitest';
import type { PowerPlace } from '@shared/model/power-tree';
import { PueFamilyQuery } from '@shared/model/pue';
import { defaultSettings } from '@shared/model/settings';
import { familyOver } from '../../../../src-main/core/api/energy';
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
  const ask = (step: 'hour' | 'day', of: PowerTreeService) =>
    familyOver(
      PueFamilyQuery.parse({ fromMs: at(0), toMs: at(96), step }),
      at(96),
      {
        reader,
        powerTree: of,
        roomPower: { ratedW: 10_000 },
        settings: { current: defaultSettings },
        powerFits: { current: { lookedAtMs: null, fits: [], without: [] } },
      },
      new AbortController().signal,
    );
  const hours = await ask('hour', tree);
  expect(hours.stretches[5]?.pue.value).toBeCloseTo(2, 9);
  expect(hours.stretches[6]?.pue.value).toBeCloseTo(3, 9);
  // A day in which it was exchanged is both of its parts: 24 quarters of 2 kWh, 72 of 3, over 96 of 1.
  const [day] = (await ask('day', tree)).stretches;
  expect(day?.facilityKwh.value).toBeCloseTo(24 * 2 + 72 * 3, 6);
  expect(day?.pue).toMatchObject({ value: expect.closeTo((24 * 2 + 72 * 3) / 96, 9), coverage: 1 });
  expect(day?.category).toBe('pue2');
  // After a start it is the same; put right for the past, too, it is the new meter's all along.
  const again = open();
  expect((await ask('day', again)).stretches[0]?.pue.value).toBeCloseTo(2.75, 9);
  again.edit(again.current.revision, [{ op: 'rename', id: id('PDU'), name: 'PDU 1' }], 'always');
  expect((await ask('day', again)).stretches[0]?.pue.value).toBeCloseTo(3, 9);
});
