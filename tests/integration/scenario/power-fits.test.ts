import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { moduleLossW } from '@shared/energy/facility';
import { fittedPower } from '@shared/energy/power-fit';
import type { MetricId } from '@shared/model/metrics';
import type { PowerFits } from '@shared/model/power-fit';
import type { PowerTree, PowerTreeOperation, PowerTreeState } from '@shared/model/power-tree';
import type { SeriesKey } from '@shared/model/series';
import { SimulatedFacility } from '../../../src-main/core/scenario/facility';
import { loadScenario } from '../../../src-main/core/scenario/schema';
import { Simulation } from '../../../src-main/core/scenario/simulation';
import { recordInto, startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';
import { repoRoot } from '../../helpers/repo-root';

// A simulated room with two days behind it, and the curves that the core finds in them.
const MINUTES = 2 * 1_440;
let room: TestCore;
let page: TestPage;
let facility: SimulatedFacility;
let nodes: readonly string[];

beforeAll(async () => {
  const scenario = await loadScenario(join(repoRoot, 'resources'), 'rack');
  const simulation = new Simulation(scenario);
  if (scenario.facility === null || simulation.facility === null) throw new Error('a rack without a facility');
  facility = new SimulatedFacility(scenario.facility, scenario.supplyTempC, 10_000);
  nodes = simulation.nodes.map(({ id }) => id);
  room = await startTestCore({ scenario: 'rack', prepare: live });
  page = room.open();
});
afterAll(() => room.close());

const key = (device: string, metric: MetricId): SeriesKey => ({ device, label: device, metric, provenance: 'simulated' });

/**
 * A minute each, with hours in which the UPS's meter was away, and moments in which it lied. The outdoor temperature of the first day is
 * told by a file of past weather, hour by hour, that of the second by a sensor.
 */
function live(folder: string): void {
  recordInto(folder, (writer) => {
    const [ups, crah1, crah2, chiller, outdoor, weather, ofIt, ...own] = writer.samples.ensureAllSeries([
      key('room/ups', 'facility.meter.power'),
      key('room/crah1', 'facility.meter.power'),
      key('room/crah2', 'facility.meter.power'),
      key('room/chiller1', 'facility.meter.power'),
      key('room/outdoor', 'sensor.temperature'),
      key('file/weather/past', 'sensor.temperature'),
      key('room', 'it.power'),
      ...nodes.map((node) => key(node, 'it.power')),
    ]);
    if (!ups || !crah1 || !crah2 || !chiller || !outdoor || !weather || !ofIt) throw new Error('no series');
    const startMs = (Math.floor(Date.now() / 60_000) - MINUTES) * 60_000;
    const rows = new Map<number, { atMs: number; value: number }[]>();
    const put = (id: number, atMs: number, value: number): void => void rows.set(id, [...(rows.get(id) ?? []), { atMs, value }]);
    for (let minute = 0; minute < MINUTES; minute++) {
      const itW = 20_000 + 17_000 * Math.sin(minute / 57);
      for (let second = 0; second < 60; second++) facility.step(itW);
      const atMs = startMs + minute * 60_000;
      if (minute % 400 > 40) put(ups.id, atMs, minute % 29 === 0 ? facility.upsInputW * 3 : facility.upsInputW);
      put(crah1.id, atMs, facility.crahW);
      put(crah2.id, atMs, facility.crahW);
      put(chiller.id, atMs, facility.chillers.powerW);
      if (minute >= MINUTES / 2) put(outdoor.id, atMs, facility.outdoorTempC);
      else if (minute % 60 === 0) put(weather.id, atMs, facility.outdoorTempC);
      put(ofIt.id, atMs, itW);
      for (const { id } of own) put(id, atMs, itW / own.length);
    }
    writer.samples.commitColumns(
      [...rows].map(([seriesId, values]) => ({
        seriesId,
        times: Float64Array.from(values, ({ atMs }) => atMs),
        values: Float64Array.from(values, ({ value }) => value),
      })),
      () => undefined,
    );
  });
}

const first = <T>(name: 'powerTree.fits' | 'powerTree.state', enough: (frame: T) => boolean): Promise<T> =>
  new Promise((done, fail) => {
    const listening = page.client.subscribe(
      name,
      {},
      {
        onFrame(frame) {
          if (!enough(frame as T)) return;
          listening.dispose();
          done(frame as T);
        },
        onEnd: (error) => fail(error ?? new Error(`${name} ended`)),
      },
    );
  });

async function edit(...operations: PowerTreeOperation[]): Promise<PowerTree> {
  const { revision } = await page.client.call('powerTree.get', {});
  return page.client.call('powerTree.edit', { revision, operations });
}

async function add(kind: 'utility' | 'ups' | 'cooling' | 'node', name: string, parent: string | null, device: string | null = null) {
  const { places } = await edit({ op: 'add', kind, name, parent, device });
  const made = places.find((place) => place.name === name);
  if (made === undefined) throw new Error(`no ${name}`);
  return made.id;
}

it('fits losses and cooling to the history of a room, to 3 %, and says so', async () => {
  const grid = await add('utility', 'Grid', null);
  const ups = await add('ups', 'UPS', grid);
  for (const node of nodes) await add('node', node, ups, node);
  const chiller = await add('cooling', 'Chiller 1', grid);
  await edit(
    { op: 'meter', id: ups, device: 'room/ups', side: 'input', classPercent: 1 },
    { op: 'meter', id: chiller, device: 'room/chiller1', side: 'input', classPercent: 1 },
  );
  const told = await page.client.call('powerTree.refit', {});
  expect(told.fits.map(({ name, kind }) => [name, kind])).toEqual(
    expect.arrayContaining([
      ['UPS', 'loss'],
      ['Chiller 1', 'cooling'],
    ]),
  );
  const loss = told.fits.find(({ name }) => name === 'UPS');
  const cooling = told.fits.find(({ name }) => name === 'Chiller 1');
  if (!loss || !cooling) throw new Error('no fit');
  const { ratedItPowerW, ups: upsCurve, pdu } = facility.plan;
  for (const load of [6_000, 14_000, 24_000, 35_000]) {
    const pduW = moduleLossW(load, ratedItPowerW, pdu);
    const lostW = pduW + moduleLossW(load + pduW, ratedItPowerW, upsCurve);
    expect(Math.abs((fittedPower(loss, load, null) ?? 0) / lostW - 1)).toBeLessThan(0.03);
  }
  expect(loss.outliers).toBeGreaterThan(0);
  expect(loss.fromMs).toBeLessThan(Date.now() - 40 * 3_600_000);
  expect(cooling.fromMs).toBeLessThan(Date.now() - 40 * 3_600_000);
  expect(cooling.curve.aboveC).not.toBeNull();
  expect(cooling.scaleW).toBeLessThan(0.05 * cooling.meanLoadW);
  expect(cooling.r2).toBeGreaterThan(0.9);
  const { events } = await page.client.call('events.query', { kinds: ['power.fit'], limit: 10 });
  expect(events.map(({ code }) => code)).toContain(ups);
  const live = await first<PowerTreeState>('powerTree.state', ({ places }) =>
    places.some(({ toldW, fittedW }) => (toldW?.value ?? null) !== null && (fittedW?.value ?? null) !== null),
  );
  const now = live.places.find(({ id }) => id === ups);
  expect(Math.abs((now?.fittedW?.value ?? 0) / (now?.toldW?.value ?? 1) - 1)).toBeLessThan(0.1);
});

it('lets the curve stand for a meter that was taken away, marked as modelled, and drops it with the place', async () => {
  const tree = await edit({ op: 'unmeter', device: 'room/ups' });
  const ups = tree.places.find(({ name }) => name === 'UPS')?.id ?? '';
  const kept = await page.client.call('powerTree.refit', {});
  expect(kept.fits.find(({ of }) => of === ups)?.isKept).toBe(true);
  const state = await first<PowerTreeState>(
    'powerTree.state',
    ({ places, revision }) =>
      revision === tree.revision && places.some(({ id, fittedW }) => id === ups && (fittedW?.value ?? null) !== null),
  );
  const own = state.places.find(({ id }) => id === ups);
  const drawn = state.places.filter(({ id }) => tree.places.some((place) => place.id === id && place.parent === ups));
  const fedW = drawn.reduce((sum, { inputW }) => sum + (inputW.value ?? 0), 0);
  expect(own).toMatchObject({ basis: 'fit', inputW: { provenance: 'simulated' } });
  expect(own?.inputW.value).toBeCloseTo(fedW + (own?.fittedW?.value ?? 0), 3);
  for (const { id, parent } of [...tree.places].reverse()) if (parent === ups) await edit({ op: 'remove', id });
  await edit({ op: 'remove', id: ups });
  const left = await first<PowerFits>('powerTree.fits', () => true);
  expect(left.fits.map(({ of }) => of)).not.toContain(ups);
});
