import { expect, it } from 'vitest';
import type { Run, RunEnergy } from '@shared/model/run';
import { defaultSettings } from '@shared/model/settings';
import { billFromHistory, LostBills, type BillSource } from '../../../../src-main/core/energy/lost-bills';
import type { SamplePageQuery } from '../../../../src-main/core/store/samples/types';
import { NOON_MS, seriesKey, testReader, testRun, testWriter } from '../support/stores';

const at = (second: number): number => NOON_MS + second * 1000;
const lost = (id: string, fromS: number, toS: number): Run =>
  testRun({
    id,
    status: 'failed',
    startedAtMs: at(fromS),
    endedAtMs: at(toS),
    failure: { code: 'core-lost', message: 'the core was lost' },
  });

/** Two and a half pages of a node at 200 W and a facility at 300 W that is silent in the last fifth. */
const SECONDS = 50_000;
const FACILITY_SECONDS = 40_000;

async function recorded(): Promise<{ source: Omit<BillSource, 'runs'>; asked: SamplePageQuery[] }> {
  const writer = testWriter();
  const it = writer.samples.ensureSeries(seriesKey({ device: 'host', metric: 'it.power', label: 'Host', provenance: 'derived' })).id;
  const facility = writer.samples.ensureSeries(
    seriesKey({ device: 'room', metric: 'facility.power', label: 'Room', provenance: 'derived' }),
  ).id;
  // Of other nodes, of other rooms, of other things: none of a run's.
  const foreign = writer.samples.ensureSeries(seriesKey({ device: 'node/a', metric: 'it.power', label: 'a', provenance: 'derived' })).id;
  for (let from = 0; from <= SECONDS; from += 5000) {
    const seconds = Array.from({ length: Math.min(5000, SECONDS + 1 - from) }, (_, i) => from + i);
    writer.samples.commit(
      seconds.flatMap((s) => [
        { seriesId: it, atMs: at(s), value: 200 },
        { seriesId: foreign, atMs: at(s), value: 9000 },
        ...(s <= FACILITY_SECONDS ? [{ seriesId: facility, atMs: at(s), value: 300 }] : []),
      ]),
    );
  }
  const reader = await testReader(writer.path);
  const asked: SamplePageQuery[] = [];
  const counting: BillSource['reader'] = {
    page: (query, signal) => {
      asked.push(query);
      return reader.samples.page(query, signal);
    },
  };
  return { source: { series: writer.samples.listSeries(), reader: counting, settings: defaultSettings, simulated: false }, asked };
}

it('a long run is billed page by page, each quantity by its own coverage', async () => {
  const { source, asked } = await recorded();
  const run = lost('r1', 0, SECONDS);
  const bill = await billFromHistory(run, { ...source, runs: [run] });
  expect(bill).toMatchObject({ final: true, spanMs: SECONDS * 1000, allocated: null, inconsistentMs: 0 });
  expect(bill?.itJ).toMatchObject({ coverage: 1, provenance: 'derived' });
  expect(bill?.itJ.value).toBeCloseTo(200 * SECONDS, 3);
  expect(bill?.facilityJ).toMatchObject({ coverage: 0.8, provenance: 'derived' });
  expect(bill?.facilityJ.value).toBeCloseTo(300 * FACILITY_SECONDS, 3);
  expect(bill?.infrastructureJ.value).toBeCloseTo(100 * FACILITY_SECONDS, 3);
  expect(bill?.cost.coverage).toBe(0.8);
  // Its idle power is not known any more.
  expect(bill?.aboveIdleJ.value).toBeNull();
  expect(asked.length).toBeGreaterThan(4);
  expect(Math.max(...asked.map(({ limit }) => limit))).toBeLessThanOrEqual(20_000);
  expect(await billFromHistory({ ...run, startedAtMs: null }, { ...source, runs: [run] })).toBeNull();
});

it('two that overlapped on the node share the time both ran, and what they get is no more than the node drew', async () => {
  const { source } = await recorded();
  const runs = [lost('r1', 0, 3000), lost('r2', 1000, 2000), lost('r3', 1500, 4000)];
  const bills: (RunEnergy | null)[] = [];
  for (const run of runs) bills.push(await billFromHistory(run, { ...source, runs }));
  const energies = bills.map((bill) => bill?.itJ.value ?? 0);
  expect(energies[0]).toBeCloseTo(200 * (1000 + 500 / 2 + 500 / 3 + 1000 / 2), 3);
  expect(energies[1]).toBeCloseTo(200 * (500 / 2 + 500 / 3), 3);
  expect(energies[2]).toBeCloseTo(200 * (500 / 3 + 1000 / 2 + 1000), 3);
  expect(energies.reduce((sum, energy) => sum + energy, 0)).toBeCloseTo(200 * 4000, 3);
  expect(bills.map((bill) => bill?.allocated?.runs)).toEqual([
    ['r2', 'r3'],
    ['r1', 'r3'],
    ['r1', 'r2'],
  ]);
});

it('a node of a room of several gets its share of the facility; a simulated room tells nothing of a run', async () => {
  const writer = testWriter();
  const key = (device: string, metric: 'it.power' | 'facility.power'): number =>
    writer.samples.ensureSeries(seriesKey({ device, metric, label: device, provenance: 'derived' })).id;
  const [host, room, facility] = [key('host', 'it.power'), key('room', 'it.power'), key('room', 'facility.power')];
  for (let s = 0; s <= 100; s++) {
    writer.samples.commit([
      { seriesId: host, atMs: at(s), value: 100 },
      { seriesId: room, atMs: at(s), value: 400 },
      { seriesId: facility, atMs: at(s), value: 600 },
    ]);
  }
  const reader = await testReader(writer.path);
  const run = lost('r1', 0, 100);
  const source = { series: writer.samples.listSeries(), reader: reader.samples, settings: defaultSettings, runs: [run] };
  expect(await billFromHistory(run, { ...source, simulated: false })).toMatchObject({
    itJ: { value: 10_000 },
    facilityJ: { value: 15_000 },
    infrastructureJ: { value: 5_000 },
    allocated: { runs: [], ofRoom: true },
  });
  const simulated = await billFromHistory(run, { ...source, simulated: true });
  expect(simulated).toMatchObject({
    final: true,
    spanMs: 100_000,
    itJ: { value: null, withheld: 'simulated-room' },
    cost: { value: null },
  });
});

it('the bills a lost core left open are made beside all else, and given up at the end', async () => {
  const { source } = await recorded();
  const billed: string[] = [];
  const runs = [lost('r1', 0, 100), { ...lost('r2', 0, 100), failure: null, status: 'succeeded' as const }, lost('r3', 200, SECONDS)];
  const own = new LostBills({
    open: [lost('r1', 0, 100), lost('r3', 200, SECONDS)],
    source: () => ({ ...source, runs }),
    setEnergy: (id) => billed.push(id),
    log: () => undefined,
  });
  expect(billed).toEqual([]);
  await expect.poll(() => billed, { timeout: 20_000 }).toEqual(['r1', 'r3']);
  await own.close();

  const log: string[] = [];
  const ended = new LostBills({
    open: [lost('r4', 0, SECONDS)],
    source: () => ({ ...source, runs: [lost('r4', 0, SECONDS)] }),
    setEnergy: (id) => billed.push(id),
    log: (_, text) => log.push(text),
  });
  await ended.close();
  expect(billed).toEqual(['r1', 'r3']);
  expect(log).toEqual([]);
});
