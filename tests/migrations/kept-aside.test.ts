import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quantity } from '@shared/model/provenance';
import { Run } from '@shared/model/run';
import { message } from '@shared/text/message';
import { openForWriting, type SqlValue } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';
import { unlabelled } from '../helpers/runs';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-kept-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const zero = quantity(0, 'J', 'measured');
const oldEnergy = {
  ...Object.fromEntries(
    ['itJ', 'aboveIdleJ', 'idleJ', 'infrastructureJ', 'facilityJ', 'meanItW', 'peakItW', 'jPerSample', 'cost', 'co2eKg'].map((name) => [
      name,
      zero,
    ]),
  ),
  coveredMs: 1,
  gapMs: 0,
  pricePerKwh: 0.2,
  currency: 'EUR',
  gridKgPerKwh: 0.4,
  final: true,
};
const sound = {
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engine_used: null,
  status: 'failed',
  created_at_ms: 1_795_435_100_000,
  started_at_ms: null,
  ended_at_ms: null,
  params: '{"epochs":5,"batchSize":32,"learningRate":0.001,"hiddenUnits":128,"validationSplit":0.2,"seed":42}',
  progress: '{"epoch":1,"step":2}',
  last: '{"loss":2.25,"accuracy":0.125,"valLoss":null,"valAccuracy":null,"samplesPerSecond":5600}',
  failure: null,
  plan: null,
  result: null,
  energy: null,
};
type OddRun = Partial<Record<keyof typeof sound, SqlValue>>;

/** Rows that a person, another version or a damaged disk may have left. */
const odd: Readonly<Record<string, OddRun>> = {
  'foreign-recipe': { recipe: 'cifar-cnn', engine: 'webgpu', params: '{"depth":18,"augment":true,"optimizer":"sgd"}' },
  'foreign-status': { status: 'paused', failure: '{"code":"x"}' },
  'foreign-phrase': { failure: '{"code":"core-lost","message":{"id":"said.of.tomorrow","params":{}},"text":"in English"}' },
  'foreign-code': { failure: '{"code":"gpu-lost","message":"the GPU fell off"}' },
  'failure-without-words': { failure: '{"code":"gpu-lost","message":7}' },
  'failure-no-json': { failure: '{' },
  'phrase-of-v5': { failure: '{"code":"core-lost","message":{"id":"said.run.coreLost","params":{}}}' },
  'old-energy': { energy: JSON.stringify(oldEnergy) },
  'params-out-of-range': { params: '{"epochs":5000,"batchSize":9999}' },
  'nothing-readable': { params: '[]', progress: '7', last: '{', plan: '{"epochs":"x"}', result: '1', energy: '{}' },
  'a-name-that-is-longer-than-forty-characters-is-a-name-too': { status: 'succeeded' },
};

function fixture(version: number): void {
  const db = openForWriting(databasePath(dataDir));
  db.exec(readFileSync(join(import.meta.dirname, 'fixtures', `store-v${version}.sql`), 'utf8'));
  for (const [id, change] of Object.entries(odd)) {
    const row: Record<string, SqlValue> = { id, ...sound, ...change };
    db.change(
      `INSERT INTO run (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
        .map(() => '?')
        .join(', ')})`,
    ).run(...Object.values(row));
  }
  db.exec(`INSERT INTO settings (section, value) VALUES ('gpu', '{"devices":{"gpu1":{"hz":2}}}'), ('ui', 'no JSON')`);
  db.close();
}

describe.each([1, 2, 3, 4, 5, 6, 7])('odd rows of a database of version %i', (version) => {
  it('are all in the list, as far as they are understood, and can be deleted', () => {
    fixture(version);
    const writer = openWriter({ dataDir });
    expect(writer.setAside).toBeNull();
    const runs = new Map(writer.runs.list().map((run) => [run.id, run]));
    expect([...runs.keys()].sort()).toEqual([...Object.keys(odd), 'a1'].sort());
    // What goes to the page is what the contract says.
    for (const run of runs.values()) expect(Run.parse(run)).toEqual(run);

    expect(runs.get('foreign-recipe')).toMatchObject({
      recipe: 'cifar-cnn',
      engine: 'webgpu',
      params: { depth: 18, augment: true, optimizer: 'sgd' },
      status: 'failed',
    });
    expect(runs.get('foreign-status')).toMatchObject({
      status: 'failed',
      failure: { code: 'unknown', message: message('message.run.foreignStatus', { status: 'paused' }) },
    });
    expect(runs.get('foreign-phrase')?.failure).toEqual({ code: 'core-lost', message: 'in English' });
    expect(runs.get('foreign-code')?.failure).toEqual({ code: 'unknown', message: 'the GPU fell off' });
    for (const id of ['failure-without-words', 'failure-no-json'])
      expect(runs.get(id)?.failure).toEqual({ code: 'unknown', message: message('message.run.foreignFailure') });
    expect(runs.get('phrase-of-v5')?.failure).toEqual({ code: 'core-lost', message: message('message.run.coreLost') });
    expect(runs.get('old-energy')?.energy).toMatchObject({ excludedDevices: [], final: true, spanMs: 1 });
    expect(runs.get('params-out-of-range')?.params).toEqual({ epochs: 5000, batchSize: 9999 });
    expect(runs.get('nothing-readable')).toMatchObject({
      params: {},
      progress: { epoch: 0, step: 0 },
      last: {},
      plan: null,
      result: null,
      energy: null,
    });

    expect(writer.settings.load()).toMatchObject({
      settings: {
        tariff: { pricePerKwh: 0.25, currency: 'EUR' },
        gpu: { hz: 1, devices: { gpu1: { hz: 2 } } },
        ui: { language: 'system' },
      },
      unreadable: [{ section: 'ui', why: 'not JSON' }],
    });
    for (const id of Object.keys(odd)) expect(writer.runs.delete(id)).toBe(true);
    expect(writer.runs.list().map(({ id }) => id)).toEqual(['a1']);
    writer.close();
  });

  it('have the English of a phrase beside it, and keep what is not understood word for word', () => {
    fixture(version);
    openWriter({ dataDir }).close();
    const db = openForWriting(databasePath(dataDir));
    const failures = new Map(
      db
        .query<{ id: string; failure: string | null }>('SELECT id, failure FROM run')
        .all()
        .map(({ id, failure }) => [id, failure]),
    );
    const ui = db.query<{ value: string }>("SELECT value FROM settings WHERE section = 'ui'").get();
    db.close();
    expect(JSON.parse(failures.get('phrase-of-v5') ?? '')).toMatchObject({
      message: { id: 'said.run.coreLost' },
      text: 'The core ended while this run was under way',
    });
    expect(failures.get('failure-no-json')).toBe('{');
    expect(ui).toEqual({ value: 'no JSON' });
  });
});

it('why a run failed is stored with its English', () => {
  const writer = openWriter({ dataDir });
  const run = Run.parse({
    id: 'r1',
    ...unlabelled,
    ...camel(),
    failure: { code: 'trainer-killed', message: message('message.run.killed', { signal: 'SIGKILL' }) },
  });
  writer.runs.save(run);
  expect(writer.runs.get('r1')).toEqual(run);
  writer.close();
  const db = openForWriting(databasePath(dataDir));
  expect(JSON.parse(db.query<{ failure: string }>('SELECT failure FROM run').get()?.failure ?? '')).toMatchObject({
    text: 'The trainer was ended by SIGKILL',
  });
  db.close();
});

function camel(): Record<string, unknown> {
  const { params, progress, last } = sound;
  return {
    recipe: sound.recipe,
    engine: sound.engine,
    engineUsed: null,
    status: 'failed',
    createdAtMs: 1,
    startedAtMs: null,
    endedAtMs: null,
    params: JSON.parse(params),
    progress: JSON.parse(progress),
    last: JSON.parse(last),
    plan: null,
    result: null,
    energy: null,
  };
}
