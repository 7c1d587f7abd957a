import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamFrame } from '@shared/contract';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { createCore, type Core } from '../../../src-main/core/core';
import { openForReading } from '../../../src-main/core/store/file/open';
import { registerSamples } from '../../../src-main/core/store/samples/sql';
import { databasePath } from '../../../src-main/core/store/writer';
import { bundleEntry } from '../../helpers/bundle';
import { noLauncher } from '../../helpers/no-launcher';

const resourcesDir = resolve(import.meta.dirname, '../../../resources');
let dataDir = '';
let core: Core | null = null;
const logged: string[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-scenario-'));
  logged.length = 0;
});
afterEach(async () => {
  await core?.close();
  core = null;
  await rm(dataDir, { recursive: true, force: true });
});

async function open(scenario: string | null): Promise<RpcClient> {
  core = await createCore({
    dataDir,
    scenario,
    resourcesDir,
    enginesDir: join(dataDir, 'engines'),
    readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
    launcher: noLauncher,
    runtime: 'headless',
    version: '0.0.0',
    log: (level, text) => void logged.push(`${level} ${text}`),
  });
  const client = new RpcClient();
  const [near, far] = createPortPair();
  client.attach(near);
  core.connect(far);
  return client;
}

/** Frames of a stream until `enough`. */
function frames<N extends 'room.live' | 'telemetry.live' | 'tree.live'>(
  client: RpcClient,
  name: N,
  params: Parameters<typeof client.subscribe<N>>[1],
  enough: (seen: readonly StreamFrame<N>[]) => boolean,
): Promise<StreamFrame<N>[]> {
  return new Promise((done, fail) => {
    const seen: StreamFrame<N>[] = [];
    const listening = client.subscribe(name, params, {
      onFrame(frame) {
        seen.push(frame);
        if (!enough(seen)) return;
        listening.dispose();
        done(seen);
      },
      onEnd: (error) => fail(error ?? new Error(`${name} ended`)),
    });
  });
}

const database = (name: string): string => databasePath(join(dataDir, 'scenarios', name));

describe('the hall', () => {
  it('ticks through the real store: every series once a tick, in a database of its own, all of it simulated', async () => {
    const client = await open('hall');
    await frames(client, 'room.live', {}, (seen) => seen.length >= 4);
    const { series } = await client.call('series.list', {});
    // A reason that holds a GPU's clocks down has a series from the first time it did.
    const always = series.filter(({ metric }) => !metric.startsWith('gpu.throttled.'));
    // 64 × (8 GPUs × 11 + 18 of the node) + 48 of the facility; derived: 64 IT powers and 12 of the room.
    expect(always).toHaveLength(6_908);
    expect(series.some(({ metric }) => metric === 'gpu.throttled.sw_power_cap')).toBe(true);
    expect(new Set(series.map(({ provenance }) => provenance))).toEqual(new Set(['simulated']));
    await core?.close();
    core = null;

    expect(logged.filter((line) => !line.startsWith('info'))).toEqual([]);
    expect((await readdir(dataDir)).sort()).toEqual(['scenarios']);
    const db = openForReading(database('hall'));
    const inner = openForReading(database('hall'));
    registerSamples(db, inner);
    const ticks = db
      .query<{ n: number; missing: number }>(
        'SELECT count(*) AS n, sum(value IS NULL) AS missing FROM samples GROUP BY at_ms ORDER BY at_ms',
      )
      .all();
    const perMetric = db.query<{ metric: string; n: number }>('SELECT metric, count(*) AS n FROM series GROUP BY metric').all();
    db.close();
    inner.close();
    expect(ticks.length).toBeGreaterThanOrEqual(4);
    for (const { n, missing } of ticks) {
      expect(missing).toBe(0);
      expect(n).toBeGreaterThan(always.length);
      expect(n).toBeLessThanOrEqual(series.length);
    }
    const count = (metric: string): number | undefined => perMetric.find((row) => row.metric === metric)?.n;
    // 64 nodes × 8 GPUs; 64 nodes and the room; UPS, eight air handlers, three chillers, lighting.
    expect([count('gpu.power'), count('it.power'), count('facility.meter.power'), count('cpu.power')]).toEqual([512, 65, 13, 128]);
  });
});

describe('a scenario', () => {
  it('says so in app.info, the doctor and the inventory, and hangs its nodes on the tree', async () => {
    const client = await open('rack');
    expect(await client.call('app.info', {})).toMatchObject({ scenario: 'rack', dataDir: join(dataDir, 'scenarios', 'rack') });
    const { items } = await client.call('doctor.report', {});
    expect(items.filter(({ group }) => group === 'sensor').map(({ id }) => id)).toEqual(['sensor.scenario']);
    const inventory = await client.call('inventory.get', {});
    expect(inventory.os).toBe('simulated');
    expect(inventory.gpus).toHaveLength(32);
    const [room] = (await frames(client, 'room.live', {}, (seen) => seen.at(-1)?.itPowerW.value !== null)).slice(-1);
    for (const figure of [
      room?.itPowerW,
      room?.facilityPowerW,
      room?.powerRatio,
      room?.costPerHour,
      room?.co2ePerHourKg,
      room?.gpuLoadPercent,
      room?.cpuLoadPercent,
      room?.hottest.tempC,
    ])
      expect(figure?.provenance).toBe('simulated');
    expect(room?.parts.map(({ label }) => label)).toEqual(['node-01', 'node-02', 'node-03', 'node-04']);
    expect(room?.meteredItShare).toBe(0);
    // Facility power is what its meters say, which is more than the IT power.
    expect(room?.powerRatio.value).toBeGreaterThan(1.1);

    const tree = await client.call('tree.get', {});
    expect(tree.places.map(({ kind, name, unit }) => [kind, name, unit])).toEqual([
      ['hall', 'Lab', null],
      ['row', 'A', null],
      ['rack', 'A1', null],
      ['node', 'node-01', 1],
      ['node', 'node-02', 9],
      ['node', 'node-03', 17],
      ['node', 'node-04', 25],
    ]);
    expect(tree.devices.filter(({ node, kind }) => node === 'node/node-03' && kind === 'gpu')).toHaveLength(8);
  });

  it('leaves the real database alone, and the other way round', async () => {
    await open('workstation');
    expect(existsSync(databasePath(dataDir))).toBe(false);
    await core?.close();
    const client = await open(null);
    expect(await client.call('app.info', {})).toMatchObject({ scenario: null, dataDir });
    const tree = await client.call('tree.get', {});
    expect(tree.places.map(({ kind, id }) => (kind === 'node' ? id : kind))).toEqual(['hall', 'local']);
    await frames(client, 'room.live', {}, (seen) => seen.length >= 2);
    const { series } = await client.call('series.list', {});
    expect(series.filter(({ provenance, device }) => provenance === 'simulated' || device.startsWith('node/'))).toEqual([]);
  });

  it('of an unknown name starts nothing and names those there are', async () => {
    await expect(open('cellar')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('There are: hall, rack, workstation.'),
    });
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('the ledger of a simulated room', () => {
  it('adds up to what its meters say, goes on after a restart, and tells the PUE of what there is', async () => {
    const first = await open('rack');
    const seen = await frames(first, 'room.live', {}, (seen) => seen.length >= 6);
    await core?.close();
    const again = await open('rack');
    const { sinceMs, untilMs } = await again.call('energy.query', { by: 'accounts', fromMs: 0, toMs: Date.now(), step: 'total' });
    const range = { fromMs: (sinceMs ?? 0) - 900_000, toMs: Date.now() + 900_000, step: 'total' } as const;
    const accounts = await again.call('energy.query', { by: 'accounts', ...range });
    const devices = await again.call('energy.query', { by: 'devices', ...range });
    const sum = (rows: typeof accounts.rows, keep: (key: string) => boolean): number =>
      rows.reduce((total, { key, joules }) => total + (keep(key) ? (joules[0] ?? 0) : 0), 0);
    const ofKey =
      (key: string) =>
      (other: string): boolean =>
        key === other;
    expect(accounts.rows.map(({ key }) => key).sort()).toEqual(['idle', 'infrastructure', 'other']);
    // 4 nodes × (8 GPUs, 2 processors, the rest), and the room.
    expect(devices.rows).toHaveLength(4 * 11 + 1);
    expect(devices.rows.every(({ provenance }) => provenance === 'simulated')).toBe(true);
    const itJ = sum(accounts.rows, (key) => key !== 'infrastructure');
    expect(sum(devices.rows, (key) => key !== 'room')).toBeCloseTo(itJ, 3);
    expect(sum(devices.rows, ofKey('room'))).toBeCloseTo(sum(accounts.rows, ofKey('infrastructure')), 3);
    const metrics = await again.call('energy.query', { by: 'metrics', ...range });
    expect(metrics.rows.map(({ key }) => key).sort()).toEqual(['cpu.power', 'gpu.power', 'host.base.power', 'infrastructure']);
    expect(sum(metrics.rows, (key) => key !== 'infrastructure')).toBeCloseTo(itJ, 3);
    expect(sum(metrics.rows, ofKey('gpu.power'))).toBeCloseTo(
      sum(devices.rows, (key) => key.includes('/gpu')),
      3,
    );
    // The mean power over the known time is one that the room had.
    const knownMs = accounts.rows.reduce((total, { key, knownMs: own }) => total + (key === 'infrastructure' ? (own[0] ?? 0) : 0), 0);
    const powers = seen.flatMap(({ itPowerW }) => itPowerW.value ?? []);
    expect(itJ / (knownMs / 1000)).toBeGreaterThan(Math.min(...powers) * 0.9);
    expect(itJ / (knownMs / 1000)).toBeLessThan(Math.max(...powers) * 1.1);
    expect(untilMs).toBeGreaterThan(sinceMs ?? Infinity);
    const pue = await again.call('energy.pue', { period: 'year' });
    expect(pue).toMatchObject({ isSoFar: true, category: null, meteredItShare: 0, fromMs: sinceMs, ratio: { provenance: 'simulated' } });
    // A room younger than the period speaks for the time since it began, and says so.
    expect(await again.call('energy.pue', { period: 'hour' })).toMatchObject({
      isSoFar: true,
      fromMs: sinceMs,
      isMetered: false,
      missing: [],
    });
    await expect(again.call('energy.query', { by: 'runs', fromMs: 0, toMs: 1e12, step: 'quarter' })).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

describe('the tree over the contract', () => {
  it('is edited by revision, told to who listens, and kept', async () => {
    const client = await open('workstation');
    const { revision } = await client.call('tree.get', {});
    const told = frames(client, 'tree.live', {}, (seen) => seen.at(-1)?.revision === revision + 1);
    const operations = [{ op: 'rename', id: 'node/workstation', name: 'under the desk' }] as const;
    await client.call('tree.edit', { revision, operations: [...operations] });
    expect((await told).at(-1)?.places.at(-1)?.name).toBe('under the desk');
    await expect(client.call('tree.edit', { revision, operations: [...operations] })).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      client.call('tree.edit', { revision: revision + 1, operations: [{ op: 'place', id: 'node/workstation', unit: 1, heightU: 5 }] }),
    ).rejects.toMatchObject({ code: 'invalid-input', message: 'under the desk is in no rack.' });
    await expect(
      client.call('tree.edit', { revision: revision + 1, operations: [{ op: 'rename', id: 'node/workstation', name: '  ' }] }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
    await core?.close();
    const again = await open('workstation');
    expect((await again.call('tree.get', {})).places.at(-1)).toMatchObject({ id: 'node/workstation', name: 'under the desk' });
  });

  it('is judged by its cooling: every rack, the indices of all, and the inlets over the time so far', async () => {
    const client = await open('hall');
    await expect.poll(async () => (await client.call('cooling.now', {})).sensors.length, { timeout: 20_000 }).toBeGreaterThan(100);
    const now = await client.call('cooling.now', {});
    expect(now.zones.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D'].flatMap((row) => [1, 2, 3, 4].map((rack) => `${row}${rack}`)));
    for (const zone of now.zones) {
      expect(zone.level).toBe('recommended');
      expect(zone.airflow).toMatchObject({ provenance: 'simulated', withheld: null });
      // The heat that the air carries is the rack's power: 1006 J/(kg·K) of about 1.19 kg/m³.
      const heatW = ((zone.airflow.value ?? 0) / 3600) * 1.19 * 1006 * (zone.riseK.value ?? 0);
      expect(heatW / (zone.powerW.value ?? 0)).toBeCloseTo(1, 1);
    }
    expect(now.rciHigh.value).toBe(100);
    expect(now.returnC.value).toBeGreaterThan(now.supplyC.value ?? Infinity);
    expect(now.sensors.find(({ role }) => role === 'outdoor')?.relativeHumidity.value).toBeGreaterThan(20);

    const { cooling } = await client.call('settings.get', {});
    const hot = now.sensors.find(({ role }) => role === 'outlet')?.device ?? '';
    await client.call('settings.set', {
      cooling: { ...cooling, thermalClass: 'A1', sensors: [{ device: hot, role: 'inlet', zone: 'Aisle 7' }] },
    });
    const after = await client.call('cooling.now', {});
    expect(after.zones.find(({ name }) => name === 'Aisle 7')).toMatchObject({ level: 'outside' });
    expect(after.rciHigh.value).toBeLessThan(100);

    const toMs = Date.now() + 60_000;
    await expect
      .poll(
        async () =>
          (await client.call('cooling.report', { fromMs: toMs - 3_600_000, toMs })).inlets.filter(({ maxC }) => maxC !== null).length,
        {
          timeout: 20_000,
        },
      )
      .toBe(65);
    const report = await client.call('cooling.report', { fromMs: toMs - 3_600_000, toMs });
    expect(report.excursions.filter(({ limits }) => limits === 'allowable')).toMatchObject([{ device: hot, side: 'above', isOpen: true }]);
    expect(report.cells.length).toBeGreaterThan(0);
  });
});
