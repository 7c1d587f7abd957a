import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MetricId } from '@shared/model/metrics';
import type { PowerTree, PowerTreeOperation } from '@shared/model/power-tree';
import type { SeriesKey } from '@shared/model/series';
import { english } from '@shared/text/message';
import { ModbusDevice } from '../../fakes/modbus-device';
import { random } from '../../helpers/random';
import { recordInto, startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

// A meter that is called after the supply and hangs on this machine, and one that nobody gave a name that says anything.
const MINUTES = 180;
let device: ModbusDevice;
let room: TestCore;
let page: TestPage;

beforeAll(async () => {
  device = await ModbusDevice.listen();
  device.set(0, [640]);
  device.set(1, [30]);
  room = await startTestCore({ prepare: live });
  page = room.open();
  // Their ids are those under which the history was recorded.
  for (const [name, register] of [
    ['Rack PDU', 0],
    ['Hall lights', 1],
  ] as const)
    await page.client.call('collectors.add', {
      kind: 'modbus',
      name,
      settings: { host: '127.0.0.1', port: device.port, meter: 'own', addresses: 'wire', points: [`power ${register} uint16`], everyS: 1 },
    });
});
afterAll(async () => {
  await room.close();
  await device.close();
});

/** This machine's own figure over three hours, and what the first meter told of it a minute later. */
function live(folder: string): void {
  recordInto(folder, (writer) => {
    const key = (of: string, metric: MetricId): SeriesKey => ({ device: of, label: of, metric, provenance: 'measured' });
    const [host, meter] = writer.samples.ensureAllSeries([key('host', 'host.power'), key('sensor/modbus-1', 'meter.power')]);
    if (!host || !meter) throw new Error('no series');
    const next = random(5);
    let load = 400;
    const watts = Array.from({ length: MINUTES }, () => {
      if (next() < 0.1) load = 300 + 700 * next();
      return load + 10 * next();
    });
    const startMs = (Math.floor(Date.now() / 60_000) - MINUTES - 2) * 60_000;
    const column = (seriesId: number, lateMs: number, of: (value: number) => number) => ({
      seriesId,
      times: Float64Array.from(watts, (_, i) => startMs + lateMs + i * 60_000),
      values: Float64Array.from(watts, of),
    });
    writer.samples.commitColumns(
      [column(host.id, 0, (value) => value), column(meter.id, 60_000, (value) => value * 1.07 + 40)],
      () => undefined,
    );
  });
}

async function edit(...operations: PowerTreeOperation[]): Promise<PowerTree> {
  const { revision } = await page.client.call('powerTree.get', {});
  return page.client.call('powerTree.edit', { revision, operations });
}

it('proposes places by curve and by name, places what is accepted and keeps what is dismissed', async () => {
  await edit({ op: 'add', kind: 'utility', name: 'Grid', parent: null, device: null });
  const { places } = await page.client.call('powerTree.get', {});
  const grid = places[0]?.id ?? '';
  await edit({ op: 'add', kind: 'pdu', name: 'Rack PDU 1', parent: grid, device: null });
  const tree = await edit({ op: 'add', kind: 'node', name: 'This machine', parent: grid, device: 'local' });
  const node = tree.places.find(({ name }) => name === 'This machine')?.id;

  const ask = () => page.client.call('powerTree.proposals', {});
  await expect.poll(async () => (await ask()).proposals.length, { timeout: 15_000 }).toBe(2);
  const { revision, proposals } = await ask();
  expect(revision).toBe(tree.revision);
  const [byCurve, byName] = ['sensor/modbus-1', 'sensor/modbus-2'].map((of) => proposals.find((own) => own.device === of));
  // Its name says PDU; its power says that it is this machine's.
  expect(byCurve).toMatchObject({ label: 'Rack PDU', place: node, side: 'input' });
  expect(byCurve?.reasons.map(english)[0]).toMatch(
    /^Its power goes with that of This machine: r = (1|0\.99\d*) over 1[78]\d moments .*slope 1\.07.*, 1 min apart/,
  );
  expect(byName).toMatchObject({ label: 'Hall lights', place: null, kind: 'lighting', name: 'Hall lights' });
  // Nothing was placed by itself.
  expect(tree.places.flatMap(({ meters }) => meters)).toEqual([]);

  const placed = await edit(...(byCurve?.operations ?? []));
  expect(placed.places.find(({ id }) => id === node)?.meters).toEqual([{ device: 'sensor/modbus-1', side: 'input', classPercent: 1 }]);
  await page.client.call('powerTree.dismiss', { id: byName?.id ?? '' });
  expect(await ask()).toMatchObject({ proposals: [], dismissed: 1 });
  await page.client.call('powerTree.dismiss', { id: null });
  const again = await ask();
  expect(again.dismissed).toBe(0);
  const added = await edit(...(again.proposals[0]?.operations ?? []));
  expect(added.places.find(({ name }) => name === 'Hall lights')).toMatchObject({
    kind: 'lighting',
    parent: grid,
    meters: [{ device: 'sensor/modbus-2', side: 'input' }],
  });
  expect(await ask()).toMatchObject({ proposals: [], dismissed: 0 });
});
