import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { ProgramFiles } from '../../../src-main/core/jobs/made-files/made-files';
import { FileDownloads } from '../../../src-main/core/jobs/made-files/file-downloads';
import { walkMadeFiles } from '../../../src-main/core/jobs/made-files/walk';
import { openForReading } from '../../../src-main/core/store/file/open';
import { madeFilesPart } from '../../../src-main/core/store/records/runs/run-parts';
import { notOnWindows } from '../../helpers/needs';
import { afterThisTest, temporaryFolder } from '../store/support/stores';
import { ended, fakeTrainer, reached, testJobs, type TestJobs } from '../training/support';

function filesOf({ jobs, writer }: TestJobs): ProgramFiles {
  const kept = (runId: string) => {
    const db = openForReading(writer.path);
    try {
      return Promise.resolve(madeFilesPart.query(db)(runId));
    } finally {
      db.close();
    }
  };
  const files = new ProgramFiles({ runs: jobs, writer, kept, own: [], log: () => undefined });
  afterThisTest(() => files.close());
  return files;
}

/** A second before the program begins, as far as the file system knows. */
function wroteBefore(path: string, text: string): void {
  writeFileSync(path, text);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120);
}

describe('the files that a program makes', () => {
  it('are listed while it runs and kept once it has ended, with what became of each since', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.git'));
    mkdirSync(join(cwd, 'my-env'));
    writeFileSync(join(cwd, 'my-env', 'pyvenv.cfg'), '');
    writeFileSync(join(cwd, 'appended.log'), 'of before\n');
    wroteBefore(join(cwd, 'train.py'), 'of before');
    const own = testJobs(fakeTrainer('good'));
    const files = filesOf(own);
    const script = `
      const fs = require('node:fs');
      fs.mkdirSync('checkpoints/epoch-1', { recursive: true });
      fs.writeFileSync('checkpoints/epoch-1/model.bin', Buffer.alloc(5000));
      fs.writeFileSync('.git/index', 'x');
      fs.writeFileSync('my-env/made', 'x');
      fs.mkdirSync('__pycache__');
      fs.writeFileSync('__pycache__/train.pyc', 'x');
      fs.appendFileSync('appended.log', 'more\\n');
      fs.writeFileSync('result.json', '{}');
      fs.writeFileSync('gone.tmp', 'x');
      console.log('written');
      while (!fs.existsSync('go')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);`;
    const id = own.jobs.startProgram({ program: { command: process.execPath, args: ['-e', script], cwd } });
    await reached(own.jobs, id, ({ status }) => status === 'running');
    await vi.waitFor(async () => expect((await own.log(id)).some(({ text }) => text === 'written')).toBe(true), { timeout: 30_000 });
    const { made: during } = await files.of(id);
    expect(during?.toMs).toBeNull();
    expect(during?.files.map(({ path, bytes, isNew }) => [path, bytes, isNew])).toEqual([
      ['checkpoints/epoch-1/model.bin', 5000, true],
      ['appended.log', 15, false],
      ['result.json', 2, true],
      ['gone.tmp', 1, true],
    ]);
    writeFileSync(join(cwd, 'go'), '');
    const run = await ended(own.jobs, id);
    const { made: after } = await files.of(id);
    expect(after).toMatchObject({ fromMs: run.startedAtMs, toMs: run.endedAtMs, count: 5, bytes: 5018, bounds: [], folder: cwd });
    // Another core knows them too, and says what became of them.
    rmSync(join(cwd, 'gone.tmp'));
    writeFileSync(join(cwd, 'result.json'), '{"loss":1}');
    writeFileSync(join(cwd, 'later.txt'), 'of somebody else');
    const { made: later } = await filesOf(own).of(id);
    expect(Object.fromEntries((later?.files ?? []).map(({ path, now }) => [path, now]))).toEqual({
      'checkpoints/epoch-1/model.bin': 'same',
      'appended.log': 'same',
      'result.json': 'changed',
      'gone.tmp': 'gone',
      go: 'same',
    });
    await expect(files.find(id, 'checkpoints/epoch-1/model.bin')).resolves.toMatch(/model\.bin$/);
    for (const path of ['gone.tmp', 'train.py', '../x', '/etc/passwd', 'later.txt'])
      await expect(files.find(id, path), path).rejects.toThrow(AppError);
  });

  it('are given away once each, and no link in their place leads elsewhere', notOnWindows, async () => {
    const cwd = temporaryFolder();
    const own = testJobs(fakeTrainer('good'));
    const files = filesOf(own);
    const id = own.jobs.startProgram({
      program: { command: 'sh', args: ['-c', 'printf model > "Größe 1.bin"; mkdir out; printf x > out/f'], cwd },
    });
    await ended(own.jobs, id);
    const downloads = new FileDownloads();
    const url = downloads.offer(await files.find(id, 'Größe 1.bin'));
    const file = downloads.fetch(url);
    expect(file?.name).toBe('Größe 1.bin');
    const chunks: Uint8Array[] = [];
    for await (const chunk of file?.chunks ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('model');
    expect([downloads.fetch(url), downloads.fetch('nothing')]).toEqual([null, null]);
    // What lay there is now what somebody else put there.
    const secret = join(temporaryFolder(), 'secret');
    writeFileSync(secret, 'key');
    const offered = downloads.offer(await files.find(id, 'out/f'));
    rmSync(join(cwd, 'out', 'f'));
    symlinkSync(secret, join(cwd, 'out', 'f'));
    await expect(files.find(id, 'out/f')).rejects.toThrow(/no file/);
    await expect(downloads.fetch(offered)?.chunks.next()).rejects.toThrow(/ELOOP/);
  });

  it('are looked for within bounds, which are told', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'a', 'b', 'c'), { recursive: true });
    for (let i = 0; i < 600; i++) writeFileSync(join(cwd, `${i}.bin`), Buffer.alloc(i));
    writeFileSync(join(cwd, 'a', 'b', 'deep.bin'), Buffer.alloc(9_000));
    const asked = { folder: cwd, fromMs: 0, toMs: null, except: [] };
    const all = await walkMadeFiles(asked);
    expect(all).toMatchObject({ count: 601, bytes: (599 * 600) / 2 + 9_000, bounds: [] });
    expect(all.files).toHaveLength(500);
    expect(all.files[0]?.path).toBe('a/b/deep.bin');
    expect(await walkMadeFiles({ ...asked, limits: { depth: 1 } })).toMatchObject({ count: 600, bounds: ['depth'] });
    expect(await walkMadeFiles({ ...asked, limits: { entries: 100 } })).toMatchObject({ bounds: ['entries'] });
    expect(await walkMadeFiles({ ...asked, except: [join(cwd, 'a')] })).toMatchObject({ count: 600, bounds: [] });
    expect(await walkMadeFiles({ ...asked, folder: join(cwd, 'nowhere') })).toMatchObject({ count: 0, bounds: ['unreadable'] });
    expect(await walkMadeFiles({ ...asked, fromMs: Date.now() + 60_000 })).toMatchObject({ count: 0 });
  });
});
