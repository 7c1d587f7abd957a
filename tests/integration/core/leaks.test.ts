import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry } from '../../helpers/bundle';

// A program of its own: what is left open in it after the close cannot hide behind the test runner's handles.
const repo = resolve(import.meta.dirname, '../../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-leaks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Account {
  readonly resources: string[];
  readonly files: string[];
  readonly children: string[];
  readonly threads: number;
}

describe('a core that metered, served a page, trained and closed', () => {
  it('leaves no listener, timer, process, thread or file open, and the program ends by itself', async () => {
    const [program, reader, trainer] = await Promise.all(['tests/integration/core/open-and-close.ts', 'src-main/core/store/reader-worker.ts', 'src-main/trainer/main.ts'].map(bundleEntry));
    const { stdout } = await promisify(execFile)(process.execPath, [program ?? '', folder, join(repo, 'resources'), reader ?? '', trainer ?? ''], { timeout: 55_000 });
    const { before, after, status, ticks } = JSON.parse(stdout) as { before: Account; after: Account; status: string; ticks: number };
    expect(status).toBe('succeeded');
    expect(ticks).toBeGreaterThan(1);
    expect(after.resources).toEqual(before.resources);
    expect(after.files).toEqual(before.files);
    expect(after.children).toEqual([]);
    expect(after.threads).toBeLessThanOrEqual(before.threads);
  });
});
