import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAsShown, type DataJob } from '@shared/model/dataset-import';
import type { RpcClient } from '@shared/rpc/client';
import { StoredVersion } from '../../../src-main/dataset-files/reader';
import { startTestCore, type TestCore } from '../../helpers/test-core';

const START_MS = Date.UTC(2026, 10, 20);
let core: TestCore;
let client: RpcClient;
beforeAll(async () => {
  core = await startTestCore({
    // What a core before left half-done.
    prepare: (folder) => {
      mkdirSync(join(folder, 'datasets', '.part-0123', 'v1'), { recursive: true });
      mkdirSync(join(folder, 'datasets', 'broken', 'v1'), { recursive: true });
      writeFileSync(join(folder, 'datasets', 'broken', 'dataset.json'), '{"id":"broken"}');
    },
  });
  client = core.open().client;
});
afterAll(() => core.close());

/** Waits for a job's end. */
function ended(job: string): Promise<DataJob> {
  return new Promise((done, fail) => {
    const listening = client.subscribe(
      'data.live',
      {},
      {
        onFrame: ({ jobs }) => {
          const own = jobs.find(({ id }) => id === job);
          if (own === undefined || own.stage === 'waiting' || own.stage === 'running') return;
          listening.dispose();
          done(own);
        },
        onEnd: (error) => fail(error ?? new Error('the stream ended')),
      },
    );
  });
}

async function send(name: string, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const { id } = await client.call('data.beginUpload', { name, bytes: bytes.length });
  const half = Math.ceil(bytes.length / 2);
  await client.call('data.chunk', { id, offset: 0, bytes: bytes.slice(0, half) });
  await expect(client.call('data.chunk', { id, offset: 0, bytes: bytes.slice(0, half) })).rejects.toMatchObject({ code: 'conflict' });
  if (half < bytes.length) await client.call('data.chunk', { id, offset: half, bytes: bytes.slice(half) });
  return id;
}
const label = (name: string) => ({ label: { name, origin: 'a test', licence: 'CC0' } });
const own = async () => (await client.call('data.list', {})).datasets.filter(({ isShipped }) => !isShipped);

it('removes what a core before left half-done, and leaves out what it cannot read', async () => {
  expect(readdirSync(join(core.dataDir, 'datasets')).sort()).toEqual(['broken']);
  expect(await own()).toEqual([]);
  expect(core.complaints.some((line) => line.includes('broken'))).toBe(true);
});

it('takes in a file that a page sends, adds a version, labels, shows and removes', async () => {
  const source = await send('flowers.csv', 'petal,kind\n1.5,a\n2.5,b\n,a\n4,b\n');
  const { job } = await client.call('data.import', { source, into: label('Flowers'), options: { ...readAsShown, target: 'kind' } });
  expect(await ended(job)).toMatchObject({ stage: 'done', result: { dataset: 'flowers', version: 1 }, error: null });
  const [made] = await own();
  expect(made).toMatchObject({ id: 'flowers', name: 'Flowers', licence: 'CC0', isShipped: false });
  expect(made?.versions[0]).toMatchObject({ rows: 4, target: 'kind', source: { name: 'flowers.csv', bytes: 30 } });
  // The copy that was sent is gone; a second use of it is refused.
  expect(readdirSync(join(core.dataDir, 'datasets', '.received'))).toEqual([]);
  await expect(client.call('data.import', { source, into: label('Again'), options: readAsShown })).rejects.toMatchObject({
    code: 'not-found',
  });

  const rows = await client.call('data.rows', { id: 'flowers', version: 1, from: 1, count: 10 });
  expect(rows).toMatchObject({
    rows: 3,
    parts: null,
    columns: [
      { name: 'petal', cells: [2.5, null, 4] },
      { name: 'kind', cells: ['b', 'a', 'b'] },
    ],
  });

  const more = await send('more.csv', 'petal,kind\n9,a\n8,b\n7,a\n6,b\n');
  const second = await client.call('data.import', { source: more, into: { dataset: 'flowers' }, options: readAsShown });
  expect(await ended(second.job)).toMatchObject({ stage: 'done', result: { dataset: 'flowers', version: 2 } });
  await client.call('data.remove', { id: 'flowers', version: 1 });
  expect((await own())[0]?.versions.map(({ version }) => version)).toEqual([2]);
  expect(await client.call('data.label', { id: 'flowers', name: 'Petals', origin: '', licence: '' })).toMatchObject({ name: 'Petals' });

  // A trainer reads the folder alone.
  const stored = await StoredVersion.open(join(core.dataDir, 'datasets', 'flowers', 'v2'));
  expect(await stored.read('petal')).toEqual({ type: 'number', values: Float64Array.of(9, 8, 7, 6) });
  await client.call('data.remove', { id: 'flowers', version: 2 });
  expect(await own()).toEqual([]);
  await expect(client.call('data.rows', { id: 'flowers', version: 2, from: 0, count: 1 })).rejects.toMatchObject({ code: 'not-found' });
});

it('keeps nothing of a file that cannot be read, and tells it by line', async () => {
  const source = await send('bad.csv', 'a,b\n1,2\n3\n');
  const { job } = await client.call('data.import', { source, into: label('Bad'), options: readAsShown });
  const failed = await ended(job);
  expect(failed).toMatchObject({
    stage: 'failed',
    result: null,
    error: { code: 'invalid-input', message: { id: 'message.data.badMore' } },
  });
  expect(JSON.stringify(failed.error)).toContain('"file":"bad.csv","line":3');
  expect(await own()).toEqual([]);
  expect(readdirSync(join(core.dataDir, 'datasets')).sort()).toEqual(['.received', 'broken']);
  // The file is still there for another try.
  const again = await client.call('data.import', { source, into: label('Bad'), options: { ...readAsShown, skipBad: true } });
  expect(await ended(again.job)).toMatchObject({ stage: 'done' });
  await client.call('data.remove', { id: 'bad', version: null });
});

it('takes no path from a page, and no name twice', async () => {
  await expect(client.call('data.open', { path: '/etc' })).rejects.toMatchObject({ code: 'unauthorized' });
  const take = async (): Promise<DataJob> => {
    const source = await send('a.csv', 'a,b\n1,2\n3,4\n');
    return ended((await client.call('data.import', { source, into: label('Twice'), options: readAsShown })).job);
  };
  expect(await take()).toMatchObject({ stage: 'done' });
  expect(await take()).toMatchObject({ stage: 'failed', error: { code: 'conflict' } });
  await client.call('data.remove', { id: 'twice', version: null });
});

it('makes rows of what was recorded: means of steps, windows and targets, with unit and provenance', async () => {
  // Every second for a minute 0, 1, 2, … W; from 20 to 29 s the meter was silent.
  for (let second = 0; second < 60; second++)
    if (second < 20 || second >= 30)
      core.inside.telemetry.append(START_MS + second * 1000, [
        {
          device: 'sensor/line',
          label: 'Line',
          metric: 'volt.power',
          definition: { name: 'Power', unit: 'W', kind: 'gauge', digits: 1, range: null },
          provenance: 'measured',
          value: second,
        },
      ]);
  const power = { device: 'sensor/line', metric: 'volt.power' };
  const range = { fromMs: START_MS, toMs: START_MS + 60_000 };
  const plain = await client.call('data.record', { query: { range, stepMs: 10_000, series: [power] }, into: label('Line') });
  expect(await ended(plain.job)).toMatchObject({ stage: 'done', result: { dataset: 'line', version: 1 } });
  const [line] = await own();
  expect(line?.versions[0]).toMatchObject({
    kind: 'series',
    rows: 6,
    columns: [
      { name: 'time', type: 'time' },
      { name: 'volt.power', unit: 'W', missing: 1 },
    ],
  });
  expect(line?.versions[0]?.notes).toEqual([{ id: 'message.data.provenance.measured', params: { column: 'volt.power' } }]);
  const rows = await client.call('data.rows', { id: 'line', version: 1, from: 0, count: 10 });
  expect(rows.columns[1]?.cells).toEqual([4.5, 14.5, null, 34.5, 44.5, 54.5]);

  const query = { range, stepMs: 10_000, series: [power], window: 2, target: power, horizon: 1 };
  const windows = await client.call('data.record', { query, into: { dataset: 'line' } });
  expect(await ended(windows.job)).toMatchObject({ stage: 'done', result: { dataset: 'line', version: 2 } });
  const stored = await StoredVersion.open(join(core.dataDir, 'datasets', 'line', 'v2'));
  // Of four rows that could be, only one has a whole window and a known target: 30 to 49 s, and 50 s after it.
  expect(await stored.read('history')).toEqual({ type: 'vector', shape: [2, 1], values: Float64Array.of(34.5, 44.5) });
  expect(await stored.read('target')).toEqual({ type: 'number', values: Float64Array.of(54.5) });
  expect(stored.version.notes[0]).toMatchObject({ id: 'message.data.gaps', params: { count: 3 } });

  const none = await client.call('data.record', {
    query: { range, stepMs: 1000, series: [{ device: 'gpu9', metric: 'gpu.power' }] },
    into: label('None'),
  });
  expect(await ended(none.job)).toMatchObject({ stage: 'failed', error: { code: 'not-found' } });
});

it('knows a version by its figures, and makes another of it by a recipe that is kept', async () => {
  const lines = Array.from({ length: 100 }, (_, i) => `${(i * 37) % 101},${i % 3 === 0 ? 'a' : 'b'},${i % 3 === 0 ? 1 : 2}`);
  const source = await send('t.csv', `x,kind,code\n${lines.join('\n')}\n`);
  const taken = await client.call('data.import', { source, into: label('Known'), options: { ...readAsShown, target: 'kind' } });
  await ended(taken.job);
  const profile = await client.call('data.profile', { id: 'known', version: 1 });
  expect(profile).toMatchObject({
    duplicates: 0,
    columns: [
      { kind: 'number', min: 0, max: 100 },
      {
        kind: 'words',
        distinct: 2,
        top: [
          { value: 'b', count: 66 },
          { value: 'a', count: 34 },
        ],
      },
      { kind: 'number' },
    ],
  });
  expect(profile.warnings).toEqual([{ id: 'message.data.warn.equals', params: { column: 'code', target: 'kind' } }]);

  const recipe = {
    split: { method: 'stratified' as const, column: 'kind', validation: 0.1, test: 0.2, seed: 4 },
    steps: [
      { do: 'drop-columns' as const, columns: ['code'] },
      { do: 'normalise' as const, columns: ['x'], as: 'standard' as const },
    ],
    augment: [],
    target: null,
  };
  const { job } = await client.call('data.derive', { id: 'known', version: 1, recipe, into: { dataset: 'known' } });
  expect(await ended(job)).toMatchObject({ stage: 'done', kind: 'derive', result: { dataset: 'known', version: 2 } });
  const stored = await StoredVersion.open(join(core.dataDir, 'datasets', 'known', 'v2'));
  expect(stored.version).toMatchObject({
    parent: 1,
    target: 'kind',
    recipe,
    parts: { train: 70, validation: 10, test: 20 },
    fitted: [{ fit: {} }, { fit: { x: [expect.any(Number), expect.any(Number)] } }],
  });
  const parts = (await stored.parts()) ?? new Uint8Array();
  const { values } = (await stored.read('x')) as { values: Float64Array };
  const trained = values.filter((_, row) => parts[row] === 0);
  expect(trained.reduce((sum, value) => sum + value, 0) / trained.length).toBeCloseTo(0, 12);

  // The same recipe again gives the same bytes.
  const again = await client.call('data.derive', { id: 'known', version: 1, recipe, into: { dataset: 'known' } });
  await ended(again.job);
  expect((await StoredVersion.open(join(core.dataDir, 'datasets', 'known', 'v3'))).version.columns).toEqual(stored.version.columns);
  await expect(client.call('data.remove', { id: 'known', version: 1 })).rejects.toMatchObject({ code: 'conflict' });
  const bad = await client.call('data.derive', {
    id: 'known',
    version: 1,
    recipe: { ...recipe, steps: [{ do: 'drop-missing', columns: ['z'] }] },
    into: { dataset: 'known' },
  });
  expect(await ended(bad.job)).toMatchObject({
    stage: 'failed',
    error: { code: 'invalid-input', message: { id: 'message.data.step.at' } },
  });
  await client.call('data.remove', { id: 'known', version: null });
});
