import type { RunAppend } from '../../../../src-main/core/store/records/runs/runs';
import { describe, expect, it } from 'vitest';
import { quantity } from '@shared/model/provenance';
import type { Run, RunEnergy } from '@shared/model/run';
import { RunQuery, type RunSort } from '@shared/model/run-list';
import { openForReading } from '../../../../src-main/core/store/file/open';
import { runListQueries } from '../../../../src-main/core/store/records/runs/run-list';
import type { StoreReader, StoreWriter } from '../../../../src-main/core/store/types';
import { NOON_MS, temporaryFolder, testReader, testRun, testWriter } from '../support/stores';

const at = (minutes: number): number => NOON_MS + minutes * 60_000;
const ended = (id: string, minute: number, over: Partial<Run> = {}): Run =>
  testRun({ id, status: 'succeeded', createdAtMs: at(minute), startedAtMs: at(minute), endedAtMs: at(minute + 5), ...over });
const reached = (loss: number, accuracy: number): Run['last'] => ({ 'train/loss': loss, 'train/accuracy': accuracy });

function energy(itJ: number, cost: number): RunEnergy {
  const joules = quantity(itJ, 'J', 'measured');
  const {
    itJ: _,
    cost: __,
    ...rest
  } = {
    ...{ itJ: joules, aboveIdleJ: joules, idleJ: joules, infrastructureJ: joules, facilityJ: joules, jPerSample: joules },
    ...{ meanItW: quantity(1, 'W', 'measured'), peakItW: quantity(1, 'W', 'measured'), co2eKg: quantity(1, 'kg', 'measured') },
    cost: joules,
  };
  return {
    ...rest,
    ...{ itJ: joules, cost: quantity(cost, 'EUR', 'measured'), spanMs: 1, inconsistentMs: 0, allocated: null, excludedDevices: [] },
    ...{ pricePerKwh: 0.2, currency: 'EUR', gridKgPerKwh: 0.4, final: true, basis: 'ledger', lines: [] },
  };
}

async function opened(): Promise<{ writer: StoreWriter; reader: StoreReader }> {
  const writer = testWriter();
  return { writer, reader: await testReader(writer.path) };
}

const ask = async (reader: StoreReader, query: Partial<RunQuery>): Promise<string[]> =>
  (await reader.runs.page(RunQuery.parse(query))).rows.map(({ id }) => id);
const by = (sort: RunSort['by'], direction: RunSort['direction'] = 'ascending'): Partial<RunQuery> => ({ sort: { by: sort, direction } });

describe('the list of runs', () => {
  it('comes page by page, newest first, with how many there are', async () => {
    const { writer, reader } = await opened();
    for (let n = 0; n < 7; n += 1) writer.runs.save(ended(`r${n}`, n));
    const page = await reader.runs.page(RunQuery.parse({ limit: 3 }));
    expect([page.rows.map(({ id }) => id), page.total]).toEqual([['r6', 'r5', 'r4'], 7]);
    expect(await ask(reader, { limit: 3, offset: 6 })).toEqual(['r0']);
    expect(await ask(reader, { limit: 3, offset: 9 })).toEqual([]);
    writer.runs.delete('r6');
    expect((await reader.runs.page(RunQuery.parse({ limit: 1 }))).rows[0]?.id).toBe('r5');
  });

  it('is filtered by state, kind, tags, parent, time and words, all of which have to fit', async () => {
    const { writer, reader } = await opened();
    writer.runs.save(ended('a', 0, { name: 'Größe 100%', tags: ['base', 'Ünder'], notes: 'the first with _new_ data' }));
    writer.runs.save(ended('b', 10, { kind: 'program', status: 'failed', tags: ['base'], parent: 'sweep-1', params: { batchSize: 64 } }));
    writer.runs.save(ended('c', 20, { kind: 'imported', engine: 'cuda' }));
    writer.runs.save(testRun({ id: 'd', status: 'running', createdAtMs: at(30), startedAtMs: at(30) }));
    // Of a later version: shown as failed.
    writer.runs.save({ ...ended('e', 40), status: 'paused' as Run['status'] });
    const only = (filter: RunQuery['filter']): Promise<string[]> => ask(reader, { filter, ...by('created') });
    expect(await only({ status: ['failed'] })).toEqual(['b', 'e']);
    expect(await only({ status: ['running', 'succeeded'] })).toEqual(['a', 'c', 'd']);
    expect(await only({ kind: ['program', 'imported'] })).toEqual(['b', 'c']);
    expect(await only({ tags: ['base'] })).toEqual(['a', 'b']);
    expect(await only({ tags: ['base', 'Ünder'] })).toEqual(['a']);
    expect(await only({ parent: 'sweep-1' })).toEqual(['b']);
    expect(await only({ text: 'größe' })).toEqual(['a']);
    expect(await only({ text: 'ÜNDER  FIRST' })).toEqual(['a']);
    // What are wild cards elsewhere are letters here.
    expect(await only({ text: '%' })).toEqual(['a']);
    expect(await only({ text: '_new_' })).toEqual(['a']);
    expect(await only({ text: 'batchsize=64' })).toEqual(['b']);
    expect(await only({ text: 'cuda' })).toEqual(['c']);
    expect(await only({ text: 'nothing of it' })).toEqual([]);
    // Those that were there at some moment of it; one under way still is.
    expect(await only({ fromMs: at(12), toMs: at(22) })).toEqual(['b', 'c']);
    expect(await only({ fromMs: at(36) })).toEqual(['d', 'e']);
    expect(await only({ toMs: at(9) })).toEqual(['a']);
    expect(await only({ tags: ['base'], status: ['failed'], text: '64', fromMs: at(11) })).toEqual(['b']);
  });

  it('is sorted by anything a run has; runs without it come last, newest first, on whatever page', async () => {
    const { writer, reader } = await opened();
    writer.runs.save(ended('a', 0, { name: 'beta', last: reached(0.3, 0.8), energy: energy(300, 3), params: { batchSize: 64 } }));
    writer.runs.save(ended('b', 1, { name: 'Alpha', last: reached(0.1, 0.9), params: { batchSize: 8, optimizer: 'sgd' } }));
    writer.runs.save(ended('c', 2, { last: reached(0.2, 0.7), energy: energy(20, 40), params: { batchSize: 128, optimizer: 'adam' } }));
    writer.runs.save(testRun({ id: 'd', createdAtMs: at(3), params: {} }));
    writer.runs.save(testRun({ id: 'e', createdAtMs: at(4), params: { batchSize: 32 } }));
    expect(await ask(reader, by('scalar:train/loss'))).toEqual(['b', 'c', 'a', 'e', 'd']);
    expect(await ask(reader, by('scalar:train/accuracy', 'descending'))).toEqual(['b', 'a', 'c', 'e', 'd']);
    expect(await ask(reader, by('param:batchSize', 'descending'))).toEqual(['c', 'a', 'e', 'b', 'd']);
    expect(await ask(reader, by('param:optimizer'))).toEqual(['c', 'b', 'e', 'd', 'a']);
    expect(await ask(reader, by('name'))).toEqual(['b', 'a', 'e', 'd', 'c']);
    expect(await ask(reader, by('energy'))).toEqual(['c', 'a', 'e', 'd', 'b']);
    expect(await ask(reader, by('cost'))).toEqual(['a', 'c', 'e', 'd', 'b']);
    expect(await ask(reader, by('ended', 'descending'))).toEqual(['c', 'b', 'a', 'e', 'd']);
    expect(await ask(reader, by('status'))).toEqual(['d', 'e', 'a', 'b', 'c']);
    const own = { declared: { score: { better: 'higher' as const } } };
    writer.runs.save(
      testRun({ id: 'd', createdAtMs: at(3), params: {}, ...own, last: { score: null }, extremes: { score: { min: 1, max: 9 } } }),
    );
    writer.runs.save(
      testRun({
        id: 'e',
        createdAtMs: at(4),
        params: { batchSize: 32 },
        ...own,
        last: { score: 2 },
        extremes: { score: { min: 2, max: 7 } },
      }),
    );
    expect(await ask(reader, by('best:score', 'descending'))).toEqual(['d', 'e', 'c', 'b', 'a']);
    expect(await ask(reader, by('scalar:score', 'descending'))).toEqual(['e', 'd', 'c', 'b', 'a']);
    const [d] = (await reader.runs.page(RunQuery.parse(by('best:score', 'descending')))).rows;
    expect(d).toMatchObject({ id: 'd', best: { score: 9 }, scalars: {}, declared: own.declared });
    const keras = { val_loss: { min: 0.5, max: 2, minStep: 7, maxStep: 1 } };
    writer.runs.save(testRun({ id: 'e', createdAtMs: at(4), kind: 'program', last: { loss: 0.1, val_loss: 2 }, extremes: keras }));
    expect(await ask(reader, by('outcome:loss'))).toEqual(['b', 'c', 'a', 'e', 'd']);
    expect((await reader.runs.facets()).scalars).toEqual(['loss', 'train/accuracy', 'train/loss', 'val_loss']);
    writer.runs.save(testRun({ id: 'e', createdAtMs: at(4), params: { batchSize: 32 }, ...own }));
    expect(await ask(reader, by('scalar:unheard-of'))).toEqual(['e', 'd', 'c', 'b', 'a']);
    const pages = await Promise.all([0, 2, 4].map((offset) => ask(reader, { ...by('scalar:train/loss'), offset, limit: 2 })));
    expect(pages).toEqual([['b', 'c'], ['a', 'e'], ['d']]);
    expect(await ask(reader, { ...by('scalar:train/loss'), filter: { status: ['queued'] } })).toEqual(['e', 'd']);
  });

  it('follows what a run becomes, also when a write was undone', async () => {
    const { writer, reader } = await opened();
    const run = testRun({ id: 'a', status: 'running', startedAtMs: at(0), last: reached(2, 0.1), tags: ['x'] });
    writer.runs.save(run);
    writer.runs.save(testRun({ id: 'b', status: 'running', startedAtMs: at(0), last: reached(1, 0.1) }));
    expect(await ask(reader, by('scalar:train/loss'))).toEqual(['b', 'a']);
    // It fails half-way: nothing of it is stored.
    const refused: RunAppend = {
      get curves(): never {
        throw new Error('half-way');
      },
    };
    expect(() => writer.runs.save({ ...run, last: reached(0.5, 0.1) }, refused)).toThrow();
    expect(await ask(reader, by('scalar:train/loss'))).toEqual(['b', 'a']);
    writer.runs.save({ ...run, last: reached(0.5, 0.1), tags: ['y'], name: 'mine' });
    expect(await ask(reader, by('scalar:train/loss'))).toEqual(['a', 'b']);
    expect(await ask(reader, { filter: { tags: ['x'] } })).toEqual([]);
    expect(await ask(reader, { filter: { tags: ['y'], text: 'mine' } })).toEqual(['a']);
  });

  it('tells what there is to filter and sort by', async () => {
    const { writer, reader } = await opened();
    expect(await reader.runs.facets()).toEqual({ runs: 0, tags: [], kinds: [], scalars: [], best: [], params: [] });
    writer.runs.save(ended('a', 0, { tags: ['one', 'two'], last: reached(1, 2), params: { epochs: 1, flag: true, none: null } }));
    writer.runs.save(ended('b', 0, { tags: ['two'], kind: 'program', params: { epochs: 2 } }));
    expect(await reader.runs.facets()).toEqual({
      runs: 2,
      tags: [
        { tag: 'one', runs: 1 },
        { tag: 'two', runs: 2 },
      ],
      kinds: ['program', 'recipe'],
      scalars: ['train/accuracy', 'train/loss'],
      best: [],
      params: ['epochs', 'flag'],
    });
  });
});

describe('among many runs', () => {
  it('a page reads as many rows as among 50, in whatever order', () => {
    const rowsRead = (runs: number): number[] => {
      const dataDir = temporaryFolder();
      const writer = testWriter(dataDir);
      for (let n = 0; n < runs; n += 1)
        writer.runs.save(ended(`r${n}`, n, { last: reached(n % 97, n % 89), name: n % 2 === 0 ? `run ${n}` : null, tags: [`t${n % 40}`] }));
      const db = openForReading(writer.path);
      let rows = 0;
      const counting: typeof db = {
        ...db,
        query: <Row>(sql: string) => {
          const query = db.query<Row>(sql);
          return {
            get: (...values) => query.get(...values),
            all: (...values) => {
              const found = query.all(...values);
              rows += found.length;
              return found;
            },
          };
        },
      };
      const list = runListQueries(counting, () => undefined);
      const counts = (['created', 'name', 'scalar:train/loss', 'best:train/loss', 'param:epochs', 'ended', 'cost'] as const).map((sort) => {
        rows = 0;
        const { rows: page } = list.page(RunQuery.parse({ ...by(sort, 'descending'), limit: 20 }));
        expect(page).toHaveLength(20);
        return rows;
      });
      db.close();
      return counts;
    };
    expect(rowsRead(2_000)).toEqual(rowsRead(50));
  });

  it('each order goes along an index: nothing is sorted', () => {
    const writer = testWriter();
    const db = openForReading(writer.path);
    const texts: string[] = [];
    const listening: typeof db = { ...db, query: <Row>(sql: string) => (texts.push(sql), db.query<Row>(sql)) };
    const list = runListQueries(listening, () => undefined);
    for (const sort of [
      'created',
      'ended',
      'name',
      'status',
      'energy',
      'cost',
      'scalar:train/loss',
      'best:train/loss',
      'param:epochs',
    ] as const)
      for (const direction of ['ascending', 'descending'] as const) list.page(RunQuery.parse(by(sort, direction)));
    const ordered = texts.filter((sql) => sql.includes('ORDER BY'));
    expect(ordered.length).toBeGreaterThan(14);
    for (const sql of ordered) {
      const plan = db.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`).all();
      expect([sql, plan.filter(({ detail }) => detail.includes('TEMP B-TREE'))]).toEqual([sql, []]);
    }
    db.close();
  });
});
