import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceRecord } from '@shared/model/device-record';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { createCore, type Core } from '../../../src-main/core/core';
import { openForReading } from '../../../src-main/core/store/file/open';
import { registerSamples } from '../../../src-main/core/store/samples/sql';
import { databasePath, openWriter } from '../../../src-main/core/store/writer';
import { buildFakeNvml, compilerNeeded, type FakeNvml } from '../../fakes/nvml/build';
import { bundleEntry } from '../../helpers/bundle';
import { noLauncher } from '../../helpers/no-launcher';
import { spoken, type SpokenItem } from '../../helpers/messages';

const repo = resolve(import.meta.dirname, '../../..');
const FAKE_SMI = join(repo, 'tests/fakes/nvidia-smi.mjs');
const H100 = 'NVIDIA H100 80GB HBM3';

let folder: string;
let dataDir: string;
let nvml: FakeNvml | null = null;
let core: Core | null = null;
/** Of the newest sample of the sessions before. */
let seenMs = 0;
let programs: { reader: string; nvml: string };

beforeAll(async () => {
  const [reader, worker] = await Promise.all([
    bundleEntry('src-main/core/store/reader-worker.ts'),
    bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
  ]);
  programs = { reader, nvml: worker };
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-identity-'));
  dataDir = join(folder, 'data');
  seenMs = 0;
});
afterEach(async () => {
  await core?.close();
  core = null;
  nvml?.dispose();
  nvml = null;
  await rm(folder, { recursive: true, force: true });
});

/** What one start of the core saw. */
interface Session {
  /** W by device. A stand-in's card I draws 300.25 + 10 I W, whatever it is called. */
  readonly powers: Readonly<Record<string, number>>;
  readonly devices: readonly DeviceRecord[];
  readonly events: readonly [device: string, kind: string][];
  readonly doctor: SpokenItem;
}

interface Watched {
  readonly client: RpcClient;
  /** Until the devices of this machine satisfy. */
  until(enough: (devices: readonly DeviceRecord[]) => boolean): Promise<void>;
  ticks(count: number): Promise<void>;
}

/** Until every known device was looked for, and what was read of them is stored. */
const looked = async ({ until, ticks }: Watched): Promise<void> => {
  await until((devices) => devices.length > 0 && devices.every(({ state }) => state !== 'unheard'));
  await ticks(3);
};

async function session(watch: (watched: Watched) => Promise<void> = looked): Promise<Session> {
  const libraries = nvml === null ? ['libcoldaisle-no-such-library.so.1'] : [nvml.library];
  core = await createCore({
    dataDir,
    resourcesDir: join(repo, 'resources'),
    enginesDir: join(folder, 'engines'),
    readerWorker: programs.reader,
    launcher: noLauncher,
    runtime: 'headless',
    version: '0.0.0',
    environment: {
      // No real card of the machine that runs the tests, and no real bus.
      sysRoot: join(folder, 'sys'),
      nvidiaSmi: [process.execPath, FAKE_SMI, '--mode-file', join(folder, 'mode')],
      nvml: { workerPath: programs.nvml, libraries, lookAgainMs: 200 },
    },
    log: () => undefined,
  });
  const client = new RpcClient();
  const [near, far] = createPortPair();
  client.attach(near);
  core.connect(far);
  const startedMs = Date.now();
  let devices: readonly DeviceRecord[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((check) => check());
  let ticks = 0;
  client.subscribe('devices.live', {}, { onFrame: (frame) => ((devices = frame.devices), wake()) });
  client.subscribe('room.live', {}, { onFrame: () => (ticks++, wake()) });
  const when = (condition: () => boolean): Promise<void> =>
    new Promise((done) => {
      const check = (): void => {
        if (!condition()) return;
        waiting.delete(check);
        done();
      };
      waiting.add(check);
      check();
    });
  await watch({
    client,
    until: (enough) => when(() => enough(devices)),
    ticks: (count) => {
      const from = ticks;
      return when(() => ticks >= from + count);
    },
  });
  const { items } = await client.call('doctor.report', {});
  const { events } = await client.call('events.query', { fromMs: startedMs - 5_000, toMs: Date.now() + 1_000 });
  await core.close();
  core = null;
  const powers = newPowers();
  const doctor = items.map(spoken).find(({ id }) => id === 'sensor.nvidia');
  if (!doctor) throw new Error('the doctor says nothing of NVIDIA GPUs');
  return {
    powers,
    devices,
    events: events.filter(({ atMs }) => atMs >= startedMs).map(({ device, kind }) => [device, kind] as [string, string]),
    doctor,
  };
}

/** The newest power of every device since the session before, W, as the database holds it. */
function newPowers(): Record<string, number> {
  const db = openForReading(databasePath(dataDir));
  const inner = openForReading(databasePath(dataDir));
  registerSamples(db, inner);
  const rows = db
    .query<{ device: string; atMs: number; value: number }>(
      "SELECT device, at_ms AS atMs, value FROM samples JOIN series ON series.id = series_id WHERE metric = 'gpu.power' AND value IS NOT NULL AND at_ms > ? ORDER BY at_ms",
    )
    .all(seenMs);
  db.close();
  inner.close();
  seenMs = rows.at(-1)?.atMs ?? seenMs;
  return Object.fromEntries(rows.map(({ device, value }) => [device, value]));
}

const states = ({ devices }: Session): Record<string, string> => Object.fromEntries(devices.map(({ device, state }) => [device, state]));
const watts = (card: number): number => 300.25 + 10 * card;

describe('a GPU is its UUID, read through NVML', compilerNeeded, () => {
  const cards = async (...lines: readonly string[]): Promise<void> => {
    nvml ??= buildFakeNvml(join(repo, 'tests/fakes/nvml/nvml.c'));
    await nvml.control(...lines);
  };

  it('keeps every number over restarts: a card away, back, moved, and another in its slot', async () => {
    await cards('cards 0 1 2');
    const first = await session();
    expect(first.powers).toEqual({ gpu0: watts(0), gpu1: watts(1), gpu2: watts(2) });
    expect(first.events).toEqual([]);
    expect(first.devices[0]).toMatchObject({
      device: 'gpu0',
      kind: 'nvidia',
      uuid: 'GPU-00000000-0000-4000-8000-000000000000',
      serial: '1652500000000',
      bus: '0000:1b:00.0',
      pciId: '10de:2330',
      model: H100,
      state: 'present',
    });
    expect(first.doctor).toMatchObject({ state: 'works', detail: `3 × ${H100} (gpu0–gpu2), driver 550.54.15, read through NVML` });

    // Without the first card the driver counts the others from 0.
    await cards('cards 1 2');
    const without = await session();
    expect(without.powers).toEqual({ gpu1: watts(1), gpu2: watts(2) });
    expect(without.events).toEqual([['gpu0', 'device.missing']]);
    expect(states(without)).toEqual({ gpu0: 'missing', gpu1: 'present', gpu2: 'present' });
    expect(without.doctor.state).toBe('partial');
    expect(without.doctor.detail).toMatch(new RegExp(`^2 × ${H100} \\(gpu1–gpu2\\), driver 550.54.15, read through NVML;`));
    expect(without.doctor.detail).toMatch(new RegExp(`; not here any more: gpu0 ${H100} \\(last seen .*\\d{4}, \\d\\d:\\d\\d\\)$`));

    // Told once, not at every start.
    expect((await session()).events).toEqual([]);

    // A new card in the missing one's slot is a new card.
    await cards('cards 9 1 2', 'slot 9 1b');
    const another = await session();
    expect(another.powers).toEqual({ gpu3: watts(9), gpu1: watts(1), gpu2: watts(2) });
    expect(another.events).toEqual([['gpu3', 'device.added']]);

    // All there, in another order, in other slots.
    await cards('cards 2 9 0 1', 'slot 0 81', 'slot 1 1b', 'slot 2 2b', 'slot 9 3b');
    const moved = await session();
    expect(moved.powers).toEqual({ gpu0: watts(0), gpu1: watts(1), gpu2: watts(2), gpu3: watts(9) });
    expect(moved.events).toEqual([['gpu0', 'device.back']]);
    expect(moved.devices.map(({ device, bus }) => [device, bus])).toEqual([
      ['gpu0', '0000:81:00.0'],
      ['gpu1', '0000:1b:00.0'],
      ['gpu2', '0000:2b:00.0'],
      ['gpu3', '0000:3b:00.0'],
    ]);
    expect(moved.doctor).toMatchObject({ state: 'works' });
  }, 60_000);

  it('takes a card back while it meters, under its old number', async () => {
    await cards('cards 0 1');
    await session();
    await cards('cards 1');
    const back = await session(async ({ until }) => {
      await until((devices) => devices.some(({ state }) => state === 'missing'));
      // The library lists what was there at its start; a reloaded driver lists anew.
      await cards('cards 1 0', 'epoch 1');
      await until((devices) => devices.every(({ state }) => state === 'present'));
    });
    expect(back.powers).toEqual({ gpu0: watts(0), gpu1: watts(1) });
    expect(back.events.filter(([device]) => device === 'gpu0')).toEqual([
      ['gpu0', 'device.missing'],
      ['gpu0', 'device.back'],
    ]);
  }, 40_000);

  it('says so when the reloaded driver lists a card no more', async () => {
    await cards('cards 0 1');
    const gone = await session(async ({ until, ticks }) => {
      await ticks(2);
      await cards('cards 1', 'epoch 1');
      await until((devices) => devices.some(({ state }) => state === 'lost'));
    });
    expect(gone.events.filter(([device]) => device === 'gpu0')).toEqual([['gpu0', 'device.lost']]);
    expect(gone.doctor).toMatchObject({ state: 'partial', detail: expect.stringContaining(`lost: gpu0 ${H100}`) as string });
  }, 40_000);

  it('keeps rates with the card they were set for', async () => {
    await cards('cards 0 1');
    await session(async ({ client, ticks }) => {
      await ticks(1);
      const settings = await client.call('settings.get', {});
      await client.call('settings.set', { gpu: { ...settings.gpu, devices: { gpu1: { hz: 10 } } } });
    });
    // Now the driver lists it first.
    await cards('cards 1 0');
    const startedMs = Date.now();
    await session((watched) => watched.ticks(4));
    const db = openForReading(databasePath(dataDir));
    const inner = openForReading(databasePath(dataDir));
    registerSamples(db, inner);
    const between = db
      .query<{ device: string; n: number }>(
        "SELECT device, sum(at_ms % 1000 <> 0) AS n FROM samples JOIN series ON series.id = series_id WHERE metric = 'gpu.power' AND at_ms >= ? GROUP BY device ORDER BY device",
      )
      .all(startedMs);
    db.close();
    inner.close();
    expect(between.find(({ device }) => device === 'gpu0')?.n).toBe(0);
    expect(between.find(({ device }) => device === 'gpu1')?.n).toBeGreaterThan(5);
  }, 40_000);

  it('goes by the address where a card tells neither UUID nor serial number', async () => {
    await cards('cards 0 1', 'nouuid 0', 'nouuid 1');
    await session();
    await cards('cards 1', 'nouuid 1');
    expect(await session()).toMatchObject({ powers: { gpu1: watts(1) }, events: [['gpu0', 'device.missing']] });
  }, 40_000);

  it('goes on with what was recorded before there was a table, for the card that has the place now', async () => {
    const writer = openWriter({ dataDir });
    const before = writer.samples.ensureAllSeries(
      [0, 1, 2].map((gpu) => ({ device: `gpu${gpu}`, metric: 'gpu.power' as const, provenance: 'measured' as const, label: H100 })),
    );
    writer.close();
    await cards('cards 5 6');
    const first = await session(async ({ client, ticks }) => {
      await ticks(4);
      const { series } = await client.call('series.list', {});
      expect(series.filter(({ metric, provenance }) => metric === 'gpu.power' && provenance === 'measured').map(({ id }) => id)).toEqual(
        before.map(({ id }) => id),
      );
    });
    expect(first.powers).toEqual({ gpu0: watts(5), gpu1: watts(6) });
    // From now on a number that somebody had is nobody else's.
    await cards('cards 5 6 7');
    expect((await session()).powers).toEqual({ gpu0: watts(5), gpu1: watts(6), gpu3: watts(7) });
  }, 40_000);

  it('says whose cards go unread when the driver is away', async () => {
    await cards('cards 0 1');
    await session();
    await cards('driver gone');
    const away = await session((watched) => watched.ticks(2));
    expect(away.doctor).toMatchObject({
      state: 'failing',
      detail: `NVML: the NVIDIA driver is not loaded; known here and not read: 2 × ${H100} (gpu0–gpu1)`,
    });
    expect(away.events.filter(([device]) => device !== 'host')).toEqual([]);
  }, 40_000);
});

describe('the ways to read a GPU agree on which it is', () => {
  const smi = (mode: string): Promise<void> => writeFile(join(folder, 'mode'), mode);

  it('NVML, one nvidia-smi that runs on, and one a read', { ...compilerNeeded, timeout: 60_000 }, async () => {
    nvml = buildFakeNvml(join(repo, 'tests/fakes/nvml/nvml.c'));
    await nvml.control('cards 0 1 2');
    await session();
    nvml.dispose();
    nvml = null;
    await smi('loop cards 2 0');
    const loop = await session();
    expect(loop.powers).toEqual({ gpu0: watts(0), gpu2: watts(2) });
    expect(loop.events).toEqual([['gpu1', 'device.missing']]);
    expect(loop.doctor).toMatchObject({ state: 'partial', detail: expect.stringContaining(`not here any more: gpu1 ${H100}`) as string });
    await smi('cards 4 1 2');
    const each = await session();
    expect(each.powers).toEqual({ gpu1: watts(1), gpu2: watts(2), gpu3: watts(4) });
    expect(each.events).toEqual([
      ['gpu3', 'device.added'],
      ['gpu0', 'device.missing'],
      ['gpu1', 'device.back'],
    ]);
  });

  it('one lost card does not take the others: each is asked for by itself', async () => {
    await smi('cards 0 1 2');
    await session();
    await smi('cards 0 1 2 lost 1');
    const one = await session();
    expect(one.powers).toEqual({ gpu0: watts(0), gpu2: watts(2) });
    expect(one.events).toEqual([['gpu1', 'device.lost']]);
    expect(one.doctor.state).toBe('partial');
    expect(one.doctor.detail).toMatch(
      new RegExp(`^2 × ${H100} \\(gpu0, gpu2\\), driver 535.129.03; lost: gpu1 ${H100}; read by one nvidia-smi a time`),
    );
  }, 60_000);

  it('a card lost in the middle of a run leaves the others metered, where one nvidia-smi ran on until then', async () => {
    await smi('loop cards 0 1 2');
    await session();
    const run = await session(async ({ until, ticks }) => {
      await until((devices) => devices.some(({ state }) => state === 'present'));
      await smi('loop cards 0 1 2 lost 0');
      await until((devices) => devices.some(({ state }) => state === 'lost'));
      seenMs = Date.now();
      await ticks(3);
    });
    expect(run.powers).toEqual({ gpu1: watts(1), gpu2: watts(2) });
    expect(run.events).toEqual([['gpu0', 'device.lost']]);
    expect(run.doctor).toMatchObject({
      state: 'partial',
      detail: expect.stringMatching(
        new RegExp(`; lost: gpu0 ${H100}; .*Unable to determine the device handle for GPU0000:1B:00.0`),
      ) as string,
    });
  }, 60_000);

  it('a card that says of everything that it is lost is the card it was', async () => {
    await smi('cards 0 1 2');
    await session();
    await smi('cards 0 1 2 mute 1');
    const mute = await session();
    expect(mute.powers).toEqual({ gpu0: watts(0), gpu2: watts(2) });
    expect(mute.events).toEqual([['gpu1', 'device.lost']]);
    await smi('cards 0 1 2');
    expect((await session()).events).toEqual([['gpu1', 'device.back']]);
  }, 60_000);
});
