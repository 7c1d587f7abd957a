import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry } from '../../helpers/bundle';
import type { Account } from './account';

// A program of its own: what is left open in it after the close cannot hide behind the test runner's handles.
const repo = resolve(import.meta.dirname, '../../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-leaks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a core that metered, served a page, trained and closed', () => {
  it('leaves no listener, timer, process, thread or file open, and the program ends by itself', async () => {
    const [program, reader, trainer] = await Promise.all(
      ['tests/integration/core/open-and-close.ts', 'src-main/core/store/reader-worker.ts', 'src-main/trainer/main.ts'].map(bundleEntry),
    );
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program ?? '', folder, join(repo, 'resources'), reader ?? '', trainer ?? ''],
      { timeout: 55_000 },
    );
    const { before, after, status, ticks } = JSON.parse(stdout) as { before: Account; after: Account; status: string; ticks: number };
    expect(status).toBe('succeeded');
    expect(ticks).toBeGreaterThan(1);
    expect(after.resources).toEqual(before.resources);
    expect(after.files).toEqual(before.files);
    expect(after.children).toEqual([]);
    expect(after.threads).toBeLessThanOrEqual(before.threads);
  });
});

describe('a core whose start fails', () => {
  it('at whatever step leaves nothing open, and the folder free for the next', async () => {
    const entries = [
      'tests/integration/core/failing-starts.ts',
      'src-main/core/store/reader-worker.ts',
      'src-main/trainer/main.ts',
      'src-main/core/telemetry/collectors/nvml/worker.ts',
    ];
    const [program, ...programs] = await Promise.all(entries.map(bundleEntry));
    const smi = join(repo, 'tests', 'fakes', 'nvidia-smi.mjs');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program ?? '', join(folder, 'failing'), join(repo, 'resources'), ...programs, smi],
      { timeout: 170_000 },
    );
    const { before, failed, services } = JSON.parse(stdout) as {
      before: Account;
      failed: { step: string; after: Account }[];
      services: string[];
    };
    // Every service before its start, after it, and when it begins; and every look at what the host gave.
    const steps = failed.map(({ step }) => step);
    expect(steps).toEqual(
      expect.arrayContaining(services.flatMap((name) => ['before', 'after', 'begin'].map((moment) => `${moment} ${name}`))),
    );
    expect(steps.filter((step) => step.startsWith('option')).length).toBeGreaterThan(8);
    for (const { step, after } of failed) {
      expect({ step, resources: after.resources, files: after.files, children: after.children }).toEqual({
        step,
        resources: before.resources,
        files: before.files,
        children: [],
      });
      expect({ step, threads: after.threads <= before.threads }).toEqual({ step, threads: true });
    }
  }, 180_000);
});
