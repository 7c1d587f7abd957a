import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureEntry } from '../../../scripts/setup/cache.mjs';
import { withLock } from '../../../scripts/setup/lock.mjs';
import { cacheDir } from '../../../scripts/setup/paths.mjs';
import { emptyCache, temporaryFolder } from './support';

const module = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../scripts/setup', name)).href);

/** A real process that makes the entry `thing`, noting in `making.log` that it did. */
function startMaker(cache: string): ChildProcess {
  const script = `
    import { appendFile, writeFile } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { ensureEntry } from ${module('cache.mjs')};
    const dir = await ensureEntry('thing', 'Thing', async (dir) => {
      await appendFile(${JSON.stringify(join(cache, 'making.log'))}, 'made\\n');
      await writeFile(dir + '/first', '1');
      await sleep(300);
      await writeFile(dir + '/second', '2');
    });
    process.stdout.write(dir);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, COLDAISLE_CACHE: cache } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  return text;
}

const lockedBy = (pid: number, host = hostname()): string => JSON.stringify({ token: 'theirs', pid, host });

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid ?? 0;
}

describe('a cache entry', () => {
  it('is made once by many processes that start together, and all of them see it whole', async () => {
    const cache = await emptyCache();
    const dirs = await Promise.all(Array.from({ length: 5 }, () => outputOf(startMaker(cache))));
    expect(new Set(dirs)).toEqual(new Set([join(cache, 'thing')]));
    expect(await readFile(join(cache, 'making.log'), 'utf8')).toBe('made\n');
    expect((await readdir(join(cache, 'thing'))).sort()).toEqual(['first', 'second']);
  });

  it('survives a maker killed half-way: no half entry, no waiting for the dead, nothing left', async () => {
    const cache = await emptyCache();
    const victim = startMaker(cache);
    await expect.poll(() => existsSync(join(cache, 'making.log'))).toBe(true);
    victim.kill('SIGKILL');
    await once(victim, 'close');
    expect(existsSync(join(cache, 'thing'))).toBe(false);
    await outputOf(startMaker(cache));
    expect((await readdir(join(cache, 'thing'))).sort()).toEqual(['first', 'second']);
    expect((await readdir(cache)).filter((name) => name.startsWith('.making'))).toEqual([]);
  });

  it('does not exist when making it failed', async () => {
    const cache = await emptyCache();
    const making = ensureEntry('thing', 'Thing', async (dir: string) => {
      await writeFile(join(dir, 'first'), '1');
      throw new Error('no');
    });
    await expect(making).rejects.toThrow('no');
    expect(await readdir(cache)).toEqual(['locks']);
    expect(await readdir(join(cache, 'locks'))).toEqual([]);
  });
});

describe('a lock', () => {
  it.each([
    ['whose owner is gone', async (file: string) => writeFile(file, lockedBy(await endedProcess()))],
    [
      'of another machine, untouched for more than a minute',
      async (file: string) => {
        await writeFile(file, lockedBy(1, 'elsewhere'));
        await utimes(file, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
      },
    ],
  ])('%s is taken over', async (_what, prepare) => {
    const file = join(await temporaryFolder(), 'a.lock');
    await prepare(file);
    expect(await withLock(file, async () => readFile(file, 'utf8'))).toContain(`"pid":${process.pid}`);
    expect(existsSync(file)).toBe(false);
  });

  it('held by a living process is waited for, and the person told who has it', async () => {
    const file = join(await temporaryFolder(), 'a.lock');
    const order: string[] = [];
    const waited: number[] = [];
    let release = (): void => undefined;
    const first = withLock(file, () => new Promise<void>((resolve) => (release = resolve))).then(() => order.push('first'));
    await expect.poll(() => existsSync(file)).toBe(true);
    const second = withLock(file, async () => order.push('second'), {
      onWait: (owner) => {
        waited.push(owner.pid);
        release();
      },
    });
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(waited).toEqual([process.pid]);
  });

  it('is released when the work fails', async () => {
    const file = join(await temporaryFolder(), 'sub', 'a.lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('never lets two in at once, even over a dead owner’s file', async () => {
    const file = join(await temporaryFolder(), 'a.lock');
    await writeFile(file, lockedBy(await endedProcess()));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await mkdir(join(file, '..', 'touch'), { recursive: true });
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(file, work)));
    expect(most).toBe(1);
    expect(await readdir(join(file, '..'))).toEqual(['touch']);
  });
});

describe('cacheDir', () => {
  it.each([
    ['linux', { XDG_CACHE_HOME: '/x' }, '/x/coldaisle'],
    ['linux', {}, '/home/me/.cache/coldaisle'],
    ['darwin', {}, '/home/me/Library/Caches/coldaisle'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/coldaisle/Cache'],
    ['darwin', { COLDAISLE_CACHE: '/mine' }, '/mine'],
  ])('on %s with %o is %s', (platform, env, expected) => {
    expect(cacheDir({ platform, env, home: '/home/me' })).toBe(expected);
  });
});
