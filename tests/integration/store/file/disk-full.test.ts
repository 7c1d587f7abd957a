import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { isAppError } from '@shared/contract/errors';
import { defaultSettings } from '@shared/model/settings';
import { curvesIn } from '../../../helpers/curves';
import { afterThisTest, NOON_MS, seriesKey, temporaryFolder, testReader, testRun, testWriter } from '../support/stores';
import { samplesOf } from '../support/stores';

/** A volume of its own of this size, so that a full disk is the real one: a tmpfs, where this user may mount. */
function smallVolume(context: TestContext, mib: number): string {
  const dir = temporaryFolder();
  const mounted = process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', dir]).status === 0;
  if (!mounted) context.skip('a small volume to fill needs a Linux user who may mount a tmpfs');
  afterThisTest(() => void spawnSync('umount', ['-l', dir]));
  return dir;
}

/** Takes all space that is left. */
function fill(path: string): void {
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
}

describe('a full disk', () => {
  it('refuses a tick as a whole, keeps what was committed, and takes ticks again once there is space', async (context) => {
    const dataDir = smallVolume(context, 8);
    const filler = join(dataDir, 'filler');
    const writer = testWriter(dataDir);
    const ids = Array.from({ length: 20 }, (_, i) => writer.samples.ensureSeries(seriesKey({ device: `gpu${i}` })).id);
    const reader = await testReader(writer.path);
    const commit = (tick: number) => writer.samples.commit(ids.map((seriesId) => ({ seriesId, atMs: NOON_MS + tick * 1000, value: tick })));
    const stored = async (): Promise<(number | null)[][]> => {
      const all: (number | null)[][] = [];
      for (const id of ids)
        all.push((await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 })).map((sample) => sample.value));
      return all;
    };
    const expected = (ticks: number[]) => ids.map(() => ticks);

    const committed: number[] = [];
    let tick = 0;
    for (; tick < 5; tick++) {
      commit(tick);
      committed.push(tick);
    }
    expect(await stored()).toEqual(expected(committed));
    fill(filler);

    // The WAL may still have room from before: it takes some ticks until the volume is what refuses.
    let refused: unknown = null;
    for (; refused === null && tick < 5000; tick++) {
      try {
        commit(tick);
        committed.push(tick);
      } catch (error) {
        refused = error;
      }
    }
    expect(isAppError(refused, 'storage-full')).toBe(true);
    expect((refused as Error).message).toContain(writer.path);
    // A refused tick is refused whole, and so is a refused run.
    for (let i = 0; i < 3; i++) expect(() => commit(tick + i)).toThrow(expect.objectContaining({ code: 'storage-full' }));
    const steps = Array.from({ length: 4000 }, (_, i) => i);
    const curves = ['train/loss', 'val/loss'].map((name) => ({ name, step: steps, atMs: steps, value: steps.map(Math.sqrt) }));
    expect(() => writer.runs.save(testRun(), { curves })).toThrow(expect.objectContaining({ code: 'storage-full' }));
    expect(writer.runs.get('run-1')).toBeNull();
    expect(await stored()).toEqual(expected(committed));

    rmSync(filler);
    commit(tick);
    committed.push(tick);
    writer.runs.save(testRun(), { curves });
    writer.settings.save(defaultSettings);
    expect(await stored()).toEqual(expected(committed));
    await reader.close();
    writer.close();

    const again = testWriter(dataDir);
    expect(again.setAside).toBeNull();
    expect(curvesIn(again.path, 'run-1')['val/loss']).toEqual({ x: steps, y: steps.map(Math.sqrt) });
    expect(again.settings.load()?.settings).toEqual(defaultSettings);
  });

  it('lets the store close and open again without a loss', async (context) => {
    const dataDir = smallVolume(context, 4);
    const writer = testWriter(dataDir);
    const { id } = writer.samples.ensureSeries(seriesKey());
    writer.samples.commit(Array.from({ length: 3000 }, (_, i) => ({ seriesId: id, atMs: NOON_MS + i, value: i })));
    fill(join(dataDir, 'filler'));
    writer.close();
    rmSync(join(dataDir, 'filler'));
    const again = testWriter(dataDir);
    expect(again.setAside).toBeNull();
    const reader = await testReader(again.path);
    expect(await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 })).toHaveLength(3000);
  });

  it('is named when there is no room for a new store', (context) => {
    const dataDir = smallVolume(context, 1);
    fill(join(dataDir, 'filler'));
    expect(() => testWriter(dataDir)).toThrow(expect.objectContaining({ code: 'storage-full', message: expect.stringContaining(dataDir) }));
    rmSync(join(dataDir, 'filler'));
    expect(testWriter(dataDir).setAside).toBeNull();
  });
});
