import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '@shared/model/settings';
import { quantity } from '@shared/model/provenance';
import { curvesIn } from '../../helpers/curves';
import type { RunAppend } from '../../../src-main/core/store/records/runs/runs';
import { openForWriting } from '../../../src-main/core/store/file/open';
import { SETTLE_EVERY_MS } from '../../../src-main/core/store/samples/compactor';
import { NOON_MS, seriesKey, temporaryFolder, testReader, testRun, testWriter, type LogEntry } from './support/stores';
import { samplesOf } from './support/stores';

describe('series', () => {
  it('get one id each for device, metric and provenance, kept over a restart', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const measured = writer.samples.ensureSeries(seriesKey());
    const modelled = writer.samples.ensureSeries(seriesKey({ provenance: 'modelled' }));
    const other = writer.samples.ensureSeries(seriesKey({ device: 'gpu1' }));
    expect(new Set([measured.id, modelled.id, other.id]).size).toBe(3);
    expect(writer.samples.ensureSeries(seriesKey())).toEqual(measured);
    writer.close();
    const again = testWriter(dataDir);
    expect(again.samples.listSeries()).toEqual([measured, modelled, other]);
    expect(again.samples.ensureSeries(seriesKey({ provenance: 'modelled' }))).toEqual(modelled);
  });

  it('take a new label when the device is called something else', () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey({ label: 'old' }));
    expect(writer.samples.ensureSeries(seriesKey({ label: 'new' }))).toEqual({ ...seriesKey({ label: 'new' }), id });
    expect(writer.samples.listSeries()).toEqual([{ ...seriesKey({ label: 'new' }), id }]);
  });

  it('never get the id of a deleted one', () => {
    const writer = testWriter();
    writer.runs.save(testRun());
    const { id } = writer.samples.ensureSeries(seriesKey({ device: 'run/run-1', metric: 'train.loss' }));
    writer.runs.delete('run-1');
    expect(writer.samples.ensureSeries(seriesKey()).id).toBeGreaterThan(id);
  });

  it('of a metric this version does not know are there, with its id', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const known = writer.samples.ensureSeries(seriesKey());
    writer.close();
    const db = openForWriting(writer.path);
    db.exec("INSERT INTO series (device, metric, provenance, label) VALUES ('gpu0', 'gpu.flux', 'measured', '')");
    db.close();
    expect(testWriter(dataDir).samples.listSeries()).toEqual([
      known,
      { id: known.id + 1, device: 'gpu0', metric: 'gpu.flux', provenance: 'measured', label: '' },
    ]);
  });
});

describe('samples', () => {
  it('come back as they were committed: nulls, order, fractions, large and negative numbers', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    const values = [0, null, -1.5, 0.1 + 0.2, 2 ** 50 + 1, 5e-324, 1e12, 7];
    writer.samples.commit(values.map((value, i) => ({ seriesId: id, atMs: NOON_MS + i, value })));
    const reader = await testReader(writer.path);
    const stored = await samplesOf(reader, { seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + values.length });
    expect(stored).toEqual(values.map((value, i) => ({ seriesId: id, atMs: NOON_MS + i, value })));
  });

  it('replace what was stored for the same time, before and after they settled', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    const reader = await testReader(writer.path);
    const all = () => samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 });
    writer.samples.commit([{ seriesId: id, atMs: NOON_MS, value: 1 }]);
    writer.samples.commit([{ seriesId: id, atMs: NOON_MS, value: 2 }]);
    expect(await all()).toEqual([{ seriesId: id, atMs: NOON_MS, value: 2 }]);
    const later = { seriesId: id, atMs: NOON_MS + 3 * SETTLE_EVERY_MS, value: 9 };
    writer.samples.commit([later]);
    writer.samples.commit([{ seriesId: id, atMs: NOON_MS, value: 3 }]);
    expect(await all()).toEqual([{ seriesId: id, atMs: NOON_MS, value: 3 }, later]);
  });

  it('keep their place when the clock jumps ahead and back', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    const times = [0, 1000, 40 * 86_400_000, 2000, 3000, 40 * 86_400_000 + 1000].map((offset) => NOON_MS + offset);
    for (const [value, atMs] of times.entries()) writer.samples.commit([{ seriesId: id, atMs, value }]);
    const reader = await testReader(writer.path);
    const stored = await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 });
    expect(stored.map((sample) => sample.value)).toEqual([0, 1, 3, 4, 2, 5]);
  });

  it('move into blocks once they are two minutes old, each once', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    for (let i = 0; i < 300; i++) writer.samples.commit([{ seriesId: id, atMs: NOON_MS + i * 1000, value: i }]);
    const reader = await testReader(writer.path);
    const sql = async (text: string) => (await reader.samples.sql({ sql: text })).rows;
    expect(await sql('SELECT sum(samples), count(DISTINCT slot_ms) FROM block WHERE level = 0')).toEqual([[240, 1]]);
    expect(await sql(`SELECT count(*), min(at_ms) - ${NOON_MS}, max(at_ms) - ${NOON_MS} FROM sample_recent`)).toEqual([
      [60, 240_000, 299_000],
    ]);
    expect(await sql(`SELECT count(*), sum(value) FROM samples(${id})`)).toEqual([[300, (299 * 300) / 2]]);
    await reader.close();
    writer.close();
    const db = openForWriting(writer.path);
    expect(
      db.query('SELECT (SELECT count(*) FROM sample_recent) AS rows, (SELECT sum(samples) FROM block WHERE level = 0) AS packed').get(),
    ).toEqual({ rows: 0, packed: 300 });
    db.close();
  });

  it('of one tick are stored all or not at all', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    // A fraction of a ms is refused by the STRICT column, after the sample before it was taken.
    const tick = [NOON_MS, NOON_MS + 0.5].map((atMs) => ({ seriesId: id, atMs, value: 1 }));
    expect(() => writer.samples.commit(tick)).toThrow(/cannot store REAL value in INTEGER column/);
    const reader = await testReader(writer.path);
    expect(await reader.samples.extent()).toEqual({ fromMs: null, toMs: null });
    expect(() => writer.samples.commit([{ seriesId: id, atMs: NOON_MS, value: 1 }])).not.toThrow();
  });

  it('of a series deleted meanwhile are dropped, and the tick goes on', async () => {
    const log: LogEntry[] = [];
    const writer = testWriter(temporaryFolder(), log);
    writer.runs.save(testRun());
    const loss = writer.samples.ensureSeries(seriesKey({ device: 'run/run-1', metric: 'train.loss' })).id;
    const power = writer.samples.ensureSeries(seriesKey()).id;
    writer.runs.delete('run-1');
    writer.samples.commit([loss, power].map((seriesId) => ({ seriesId, atMs: NOON_MS, value: 1 })));
    const reader = await testReader(writer.path);
    expect(await samplesOf(reader, { seriesIds: [loss, power], fromMs: 0, toMs: NOON_MS })).toEqual([
      { seriesId: power, atMs: NOON_MS, value: 1 },
    ]);
    expect(log.map((entry) => entry.text)).toEqual(['late samples of deleted series dropped: 1']);
  });

  it('that are no finite number count as missing', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    writer.samples.commit([NaN, Infinity, -Infinity].map((value, i) => ({ seriesId: id, atMs: NOON_MS + i, value })));
    const reader = await testReader(writer.path);
    expect((await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 })).map((sample) => sample.value)).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('runs', () => {
  it('are found by the time in which they were under way', () => {
    const writer = testWriter();
    const span = (id: string, fromMs: number, toMs: number | null): void =>
      writer.runs.save(testRun({ id, status: toMs === null ? 'running' : 'succeeded', startedAtMs: fromMs, endedAtMs: toMs }));
    span('before', 0, 1000);
    span('into', 500, 1500);
    span('within', 1200, 1300);
    span('still', 1900, null);
    span('after', 2000, 3000);
    writer.runs.save(testRun({ id: 'waits' }));
    expect(writer.runs.underWay(1000, 2000)).toEqual([
      { id: 'into', startedAtMs: 500, endedAtMs: 1500 },
      { id: 'within', startedAtMs: 1200, endedAtMs: 1300 },
      { id: 'still', startedAtMs: 1900, endedAtMs: null },
    ]);
  });

  const full = testRun({
    engineUsed: 'wasm (SIMD, 1 thread), tfjs 4.22.0',
    status: 'failed',
    startedAtMs: NOON_MS + 10,
    endedAtMs: NOON_MS + 20,
    failure: { code: 'trainer-killed', message: 'signal SIGKILL, "quoted", 简体' },
    plan: { epochs: 5, stepsPerEpoch: 200, trainSamples: 6400, validationSamples: 1600, testSamples: 2000, weights: 101_770 },
    progress: { epoch: 2, step: 317 },
    last: { 'train/loss': 0.31, 'train/accuracy': 0.91, 'grad/norm': null, 'train/samples_per_second': 5600 },
    result: { 'train/loss': 0.1, 'val/loss': 0.2, 'test/loss': 0.2, 'test/accuracy': 0.94, 'train/samples_per_second': 5600 },
    energy: {
      basis: 'samples',
      lines: [],
      itJ: { ...quantity(1000, 'J', 'modelled', 9_000), coverage: 0.9 },
      aboveIdleJ: quantity(400, 'J', 'modelled', 10_000),
      idleJ: quantity(600, 'J', 'modelled', 10_000),
      infrastructureJ: quantity(300, 'J', 'modelled', 10_000),
      facilityJ: quantity(1300, 'J', 'modelled', 10_000),
      meanItW: quantity(100, 'W', 'modelled', 10_000),
      peakItW: quantity(120, 'W', 'modelled', 10_000),
      jPerSample: quantity(0.03, 'J', 'modelled', 10_000),
      cost: quantity(0.0001, 'USD', 'modelled', 10_000),
      co2eKg: quantity(0.0002, 'kg', 'modelled', 10_000),
      spanMs: 10_000,
      inconsistentMs: 500,
      allocated: { runs: ['run-0'], ofRoom: false, byUse: false },
      pricePerKwh: 0.07,
      currency: 'USD',
      gridKgPerKwh: 0.429,
      excludedDevices: ['gpu3'],
      final: true,
    },
  });

  it('come back whole after a restart, with their curves', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    writer.runs.save(testRun());
    writer.runs.save(testRun({ status: 'running' }), {
      curves: [
        { name: 'train/loss', step: [1, 2], atMs: [NOON_MS, NOON_MS + 1], value: [2.3, NaN] },
        { name: 'val/mAP50', step: [2], atMs: [NOON_MS + 1], value: [Infinity] },
      ],
    });
    writer.runs.save(full, {
      curves: [{ name: 'train/loss', step: [3], atMs: [NOON_MS + 2], value: [0.5] }],
    });
    writer.close();
    const again = testWriter(dataDir);
    expect(again.runs.get('run-1')).toEqual(full);
    expect(curvesIn(again.path, 'run-1')).toEqual({
      'train/loss': { x: [1, 2, 3], y: [2.3, NaN, 0.5] },
      'val/mAP50': { x: [2], y: [Infinity] },
    });
    expect(again.curves.newestMs('run-1')).toBe(NOON_MS + 2);
  });

  it('are listed newest first; one not there is null, and has no curves', () => {
    const writer = testWriter();
    for (const [id, createdAtMs] of [
      ['b', 2],
      ['a', 3],
      ['c', 1],
    ] as const)
      writer.runs.save(testRun({ id, createdAtMs }));
    expect(writer.runs.list().map((run) => run.id)).toEqual(['a', 'b', 'c']);
    expect(writer.runs.get('d')).toBeNull();
    expect([curvesIn(writer.path, 'd'), writer.curves.newestMs('d')]).toEqual([{}, null]);
  });

  it('store nothing of a call that is refused', () => {
    const writer = testWriter();
    const curve = { name: 'train/loss', step: [1], atMs: [NOON_MS], value: [1] };
    writer.runs.save(testRun(), { curves: [curve] });
    const refused: RunAppend = {
      get curves(): never {
        throw new Error('half-way');
      },
    };
    expect(() => writer.runs.save(testRun({ status: 'running' }), refused)).toThrow();
    expect(writer.runs.get('run-1')?.status).toBe('queued');
    expect(curvesIn(writer.path, 'run-1')['train/loss']?.y).toEqual([1]);
  });

  it('take their curves, series and samples with them when deleted, and nothing of others', async () => {
    const writer = testWriter();
    for (const id of ['run-1', 'run-10']) {
      writer.runs.save(testRun({ id }), {
        curves: [{ name: 'train/loss', step: [1], atMs: [NOON_MS], value: [1] }],
      });
    }
    const [mine, neighbour, host] = ['run/run-1', 'run/run-10', 'host'].map(
      (device) => writer.samples.ensureSeries(seriesKey({ device, metric: 'train.loss' })).id,
    );
    const ids = [mine, neighbour, host].map(Number);
    writer.samples.commit(ids.map((seriesId) => ({ seriesId, atMs: NOON_MS, value: 1 })));
    writer.samples.commit(ids.map((seriesId) => ({ seriesId, atMs: NOON_MS + 2 * SETTLE_EVERY_MS, value: 2 })));
    expect(writer.runs.delete('run-1')).toBe(true);
    expect(writer.runs.delete('run-1')).toBe(false);
    expect(writer.runs.get('run-1')).toBeNull();
    expect(writer.samples.listSeries().map((series) => series.id)).toEqual([neighbour, host]);
    const reader = await testReader(writer.path);
    const left = await samplesOf(reader, { seriesIds: ids, fromMs: 0, toMs: NOON_MS * 2 });
    expect(left.map((sample) => [sample.seriesId, sample.value])).toEqual([
      [neighbour, 1],
      [neighbour, 2],
      [host, 1],
      [host, 2],
    ]);
    writer.close();
    const db = openForWriting(writer.path);
    const count = (table: string) => db.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n;
    expect(['run', 'curve', 'curve_recent'].map(count)).toEqual([1, 1, 1]);
    db.close();
  });

  it('with a damaged part are shown without it, whichever it is, and that is said', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    writer.runs.save(full);
    writer.runs.save(testRun({ id: 'run-2' }));
    writer.close();
    const db = openForWriting(writer.path);
    db.exec(
      "UPDATE run SET energy = '{\"itJ\":', plan = '{\"epochs\":\"five\"}' WHERE id = 'run-1'; UPDATE run SET params = '[]' WHERE id = 'run-2'",
    );
    db.close();
    const log: LogEntry[] = [];
    const again = testWriter(dataDir, log);
    expect(again.runs.get('run-1')).toEqual({ ...full, energy: null, plan: null });
    expect(again.runs.get('run-2')).toEqual({ ...testRun({ id: 'run-2' }), params: {} });
    expect(again.runs.list()).toHaveLength(2);
    const said = log.map((entry) => entry.text).join('\n');
    for (const part of ['run-1: stored energy', 'run-1: stored plan', 'run-2: stored params']) expect(said).toContain(part);
  });
});

describe('settings', () => {
  it('are null before they were saved, and come back after a restart', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    expect(writer.settings.load()).toBeNull();
    const changed = {
      ...defaultSettings,
      tariff: { pricePerKwh: 0.31, currency: 'EUR' },
      ui: { language: 'zh-CN', theme: 'dark', timeZone: 'utc', temperatureUnit: 'fahrenheit' },
    } as const;
    writer.settings.save(defaultSettings);
    writer.settings.save(changed);
    writer.close();
    expect(testWriter(dataDir).settings.load()).toEqual({ settings: changed, unreadable: [] });
  });
});

describe('closing', () => {
  it('folds the WAL away, lets the folder go, and is safe twice', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    writer.settings.save(defaultSettings);
    expect(existsSync(`${writer.path}-wal`)).toBe(true);
    expect(writer.file.bytes()).toBeGreaterThan(0);
    writer.close();
    writer.close();
    expect(readdirSync(dirname(writer.path)).sort()).toEqual(['coldaisle.lock', 'coldaisle.sqlite3']);
    expect(() => writer.runs.list()).toThrow(expect.objectContaining({ code: 'storage-failed' }));
    expect(testWriter(dataDir).setAside).toBeNull();
  });
});
