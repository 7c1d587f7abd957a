import { PassThrough } from 'node:stream';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { parseArgs } from '../../../src-main/hosts/cli/args';
import { Terminal } from '../../../src-main/hosts/cli/terminal';
import type { CliContext } from '../../../src-main/hosts/cli/command';
import { openForWriting } from '../../../src-main/core/store/file/open';
import { NOON_MS, temporaryFolder, testRun, testWriter } from '../store/support/stores';

/** What `npm start -- runs …` prints, and its exit code. */
async function runs(dataDir: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const out = new PassThrough();
  const context = {
    terminal: new Terminal({ out, err: new PassThrough() }),
    version: '0',
    paths: () => ({ dataDir }),
  } as unknown as CliContext;
  const code = await parseArgs(['runs', ...args]).run(context);
  return { code, text: String(out.read() ?? '') };
}

it('lists runs with filters, beside the core that writes them', async () => {
  const writer = testWriter();
  const dataDir = dirname(writer.path);
  const ended = { status: 'succeeded' as const, startedAtMs: NOON_MS, endedAtMs: NOON_MS + 90_000 };
  writer.runs.save(testRun({ id: 'a', ...ended, name: 'the first', tags: ['base'], params: { batchSize: 64 } }));
  writer.runs.save(testRun({ id: 'b', ...ended, status: 'failed', createdAtMs: NOON_MS + 1, params: { batchSize: 8 } }));
  const all = await runs(dataDir);
  expect(all.code).toBe(0);
  expect(all.text).toMatch(
    /b +mnist-mlp +failed +2026-11-23 12:00 +1 min 30 s[\s\S]*a +the first +succeeded .*base\n1 to 2 of 2; times are in UTC\./,
  );
  expect((await runs(dataDir, '--status', 'succeeded')).text).toMatch(/the first[\s\S]*1 to 1 of 1/);
  expect((await runs(dataDir, '--text', 'batchsize=8', '--tag', 'base')).text).toContain('No run fits.');
  const sorted = await runs(dataDir, '--sort', 'param:batchSize', '--reverse', '--limit', '1', '--json');
  expect(JSON.parse(sorted.text)).toMatchObject({ total: 2, rows: [{ id: 'a', params: { batchSize: 64 } }] });
});

it('says what it cannot list', async () => {
  const dataDir = temporaryFolder();
  await expect(runs(dataDir)).rejects.toThrow(/There is no database/);
  const writer = testWriter(dataDir);
  writer.close();
  const db = openForWriting(writer.path);
  db.exec('PRAGMA user_version = 3');
  db.close();
  await expect(runs(dataDir)).rejects.toThrow(/another version/);
  expect(() => parseArgs(['runs', '--status', 'succeded'])).toThrow(/Did you mean "succeeded"/);
  expect(() => parseArgs(['runs', '--sort', 'weight'])).toThrow(/--sort weight/);
  expect(() => parseArgs(['runs', '--limit', '5000'])).toThrow(/from 1 to 200/);
});
