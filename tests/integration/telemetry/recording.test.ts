import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reading, Sample } from '@shared/model/series';
import { message } from '@shared/text/message';
import { openForReading } from '../../../src-main/core/store/file/open';
import { registerSamples } from '../../../src-main/core/store/samples/sql';
import type { StoreWriter } from '../../../src-main/core/store/types';
import { databasePath, openWriter } from '../../../src-main/core/store/writer';
import type { CollectorEnvironment } from '../../../src-main/core/telemetry/collector';
import { freshDevices } from '../../helpers/devices';
import { machineEnvironment } from '../../../src-main/core/telemetry/collectors';
import { createCollectors } from '../../helpers/collectors';
import { createCpuPower } from '../../../src-main/core/telemetry/cpu-power-model';
import {
  createTelemetry,
  type Deriver,
  type Telemetry,
  type TelemetryBatch,
  type TelemetryOptions,
} from '../../../src-main/core/telemetry/telemetry';
import { bundleEntry } from '../../helpers/bundle';
import { doctorOf } from '../../helpers/messages';

const FAKE = resolve(import.meta.dirname, '../../fakes/nvidia-smi.mjs');
const resourcesDir = resolve(import.meta.dirname, '../../../resources');

let dataDir: string;
const stops: (() => unknown)[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-telemetry-'));
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(dataDir, { recursive: true, force: true });
});

function openStore(folder = dataDir): StoreWriter {
  const writer = openWriter({ dataDir: folder });
  stops.push(() => writer.close());
  return writer;
}

/** This very machine, with the stand-in in the place of nvidia-smi. */
function meter(writer: StoreWriter, mode: string, more: Partial<TelemetryOptions> = {}): Telemetry {
  const env: CollectorEnvironment = {
    ...machineEnvironment(),
    nvidiaSmi: [process.execPath, FAKE, '--mode-file', join(dataDir, 'mode'), '--pid-file', join(dataDir, 'pids')],
  };
  writeFileSync(join(dataDir, 'mode'), mode);
  const cpuPower = createCpuPower({ env, resourcesDir, overrides: () => ({ cpuIdleW: null, cpuMaxW: null }) });
  const telemetry = createTelemetry({
    writer: writer.samples,
    collectors: createCollectors(env, { cpuPower, devices: freshDevices() }),
    log: () => undefined,
    ...more,
  });
  stops.push(() => telemetry.close());
  return telemetry;
}

/** Resolves with the batches once `enough` says so; bounded by the test's own time limit. */
function batchesUntil(telemetry: Telemetry, enough: (batches: readonly TelemetryBatch[]) => boolean): Promise<TelemetryBatch[]> {
  return new Promise((resolveBatches) => {
    const batches: TelemetryBatch[] = [];
    const listening = telemetry.onBatch((batch) => {
      batches.push(batch);
      if (!enough(batches)) return;
      listening.dispose();
      resolveBatches(batches);
    });
  });
}

function storedSamples(path: string): Sample[] {
  const db = openForReading(path);
  const inner = openForReading(path);
  try {
    registerSamples(db, inner);
    return db
      .query<{ series_id: number; at_ms: number; value: number | null }>('SELECT series_id, at_ms, value FROM samples')
      .all()
      .map((row) => ({ seriesId: row.series_id, atMs: row.at_ms, value: row.value }));
  } finally {
    db.close();
    inner.close();
  }
}

const order = (samples: readonly Sample[]): Sample[] => [...samples].sort((a, b) => a.seriesId - b.seriesId || a.atMs - b.atMs);
const pids = async (): Promise<number[]> =>
  (await readFile(join(dataDir, 'pids'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('telemetry on this machine, into a real database', () => {
  it('records exactly what it told its listeners, derived values included, at whole seconds', async () => {
    const writer = openStore();
    const derive: Deriver = ({ readings }) => {
      const parts = readings.filter(({ metric }) => metric === 'gpu.power' || metric === 'cpu.power');
      return [
        {
          device: 'host',
          label: 'Host',
          metric: 'it.power',
          provenance: 'modelled',
          value: parts.reduce((sum, { value }) => sum + (value ?? 0), 0),
        },
      ];
    };
    const telemetry = meter(writer, 'one');
    telemetry.addDeriver('test', derive);
    const collected = batchesUntil(telemetry, (batches) => batches.length === 4);
    telemetry.start();
    const batches = await collected;
    await telemetry.close();

    expect(batches.every(({ atMs }) => atMs % 1000 === 0)).toBe(true);
    expect(new Set(batches.map(({ atMs }) => atMs)).size).toBe(4);
    const told = batches.flatMap(({ samples }) => samples);
    const upTo = batches.at(-1)?.atMs ?? 0;
    expect(order(storedSamples(writer.path).filter(({ atMs }) => atMs <= upTo))).toEqual(order(told));

    const names = telemetry.listSeries().map(({ device, metric, provenance }) => `${device} ${metric} ${provenance}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'host cpu.load measured',
        'cpu0/core0 cpu.core.load measured',
        'host memory.used measured',
        'host host.load1 measured',
        'gpu0 gpu.power measured',
        'host it.power modelled',
      ]),
    );
    expect(telemetry.latest('gpu0', 'gpu.power')).toMatchObject({ value: 300.25, label: 'NVIDIA H100 80GB HBM3' });
    const cpuPower = telemetry.latest('cpu0', 'cpu.power');
    expect(cpuPower?.value).toBeGreaterThan(0);
    const used = telemetry.latest('host', 'memory.used')?.value ?? 0;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(telemetry.latest('host', 'memory.total')?.value ?? 0);
    expect(await telemetry.inventory()).toMatchObject({ gpus: [{ device: 'gpu0', name: 'NVIDIA H100 80GB HBM3', powerLimitW: 700 }] });
  });

  it('uses the series of the session before again', async () => {
    const first = openWriter({ dataDir });
    const one = meter(first, 'one');
    const seen = batchesUntil(one, (batches) => batches.length === 2);
    one.start();
    await seen;
    await one.close();
    const before = one.listSeries();
    first.close();
    const two = meter(openStore(), 'one');
    expect(two.listSeries()).toEqual(before);
    const again = batchesUntil(two, (batches) => batches.length === 2);
    two.start();
    await again;
    // A disk that was idle in the first session may bring its latency only now; what was known is not made anew.
    const now = two.listSeries();
    expect(now.filter(({ id }) => before.some((series) => series.id === id))).toEqual(before);
    expect(new Set(now.map(({ device, metric, provenance }) => `${device} ${metric} ${provenance}`)).size).toBe(now.length);
  });

  it('goes on each second while nvidia-smi crashes, draws the gap of its GPUs once, and takes them up again', async () => {
    const writer = openStore();
    const telemetry = meter(writer, 'one');
    telemetry.start();
    const hasGpu = (batches: readonly TelemetryBatch[]): boolean =>
      telemetry.latest('gpu0', 'gpu.power')?.value === 300.25 && batches.length >= 2;
    await batchesUntil(telemetry, hasGpu);
    await writeFile(join(dataDir, 'mode'), 'crash');
    await batchesUntil(telemetry, () => telemetry.latest('gpu0', 'gpu.power')?.value === null);
    expect(telemetry.states().find(({ id }) => id === 'nvidia')).toMatchObject({
      state: 'failing',
      lastError: message('message.smi.endedSaying', { end: 'SIGKILL', words: '<?xml version="1.0" ?>' }),
    });
    expect((await doctorOf(telemetry)).find(({ id }) => id === 'sensor.nvidia')?.state).toBe('failing');
    const during = await batchesUntil(telemetry, (batches) => batches.length === 3);
    const load = telemetry.listSeries().find(({ metric }) => metric === 'cpu.load')?.id;
    for (const { samples } of during) expect(samples.some(({ seriesId }) => seriesId === load)).toBe(true);
    await writeFile(join(dataDir, 'mode'), 'one');
    await batchesUntil(telemetry, () => telemetry.latest('gpu0', 'gpu.power')?.value === 300.25);
    const power = telemetry.listSeries().find(({ metric }) => metric === 'gpu.power')?.id;
    const values = order(storedSamples(writer.path).filter(({ seriesId }) => seriesId === power)).map(({ value }) => value);
    expect(values.filter((value) => value === null)).toHaveLength(1);
    expect(values.at(0)).toBe(300.25);
    expect(values.at(-1)).toBe(300.25);
  });

  it.each(['one', 'hang'])('ends by itself once closed (nvidia-smi: %s): no timer, no handle and no program keeps it', async (mode) => {
    const program = await bundleEntry('tests/integration/telemetry/programs/metering.ts');
    const child = spawn(process.execPath, [program, FAKE, '--mode', mode, '--pid-file', join(dataDir, 'pids')]);
    stops.push(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(output).toContain('closed with 0 timers and programs');
    expect(code).toBe(0);
    expect((await pids()).length).toBeGreaterThan(0);
    expect((await pids()).filter(isAlive)).toEqual([]);
  });
});

describe('a full disk', () => {
  /** Takes all space that is left. */
  const fill = (path: string): void => {
    const fd = openSync(path, 'w');
    try {
      for (let size = 65_536; size >= 512;) {
        try {
          if (writeSync(fd, Buffer.alloc(size)) < size) size /= 2;
        } catch {
          size /= 2;
        }
      }
    } finally {
      closeSync(fd);
    }
  };

  it('stops the recording, not the live values, and recording resumes by itself with what waited', async (context) => {
    const volume = join(dataDir, 'volume');
    mkdirSync(volume);
    if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', volume]).status !== 0) {
      context.skip('a small volume to fill needs a Linux user who may mount a tmpfs');
    }
    stops.push(() => spawnSync('umount', ['-l', volume]));
    const writer = openStore(volume);
    const telemetry = createTelemetry({ writer: writer.samples, collectors: [], log: () => undefined });
    stops.push(() => telemetry.close());
    const item = async () => (await doctorOf(telemetry)).find(({ id }) => id === 'storage.recording');
    const startMs = Date.now();
    let live = 0;
    telemetry.onBatch(() => live++);
    let ticks = 0;
    const tick = (): void => {
      const atMs = startMs + ticks++ * 1000;
      telemetry.append(
        atMs,
        Array.from({ length: 20 }, (_, i): Reading => ({
          device: `cpu0/core${i}`,
          label: `Core ${i}`,
          metric: 'cpu.core.load',
          provenance: 'measured',
          value: ticks % 100,
        })),
      );
    };
    tick();
    fill(join(volume, 'filler'));
    // The log file may still have room from before: it takes some ticks until the volume is what refuses.
    for (let i = 0; i < 2_000 && (await item())?.state === 'works'; i++) tick();
    expect(await item()).toMatchObject({ state: 'failing' });
    for (let i = 0; i < 5; i++) tick();
    expect(live).toBe(ticks);
    expect(telemetry.latest('cpu0/core7', 'cpu.core.load')?.value).toBe(ticks % 100);
    rmSync(join(volume, 'filler'));
    // Closing makes the attempt that a running core makes every five seconds.
    await telemetry.close();
    expect((await item())?.state).toBe('works');
    writer.close();
    expect(storedSamples(databasePath(volume))).toHaveLength(ticks * 20);
  });
});
