import { PassThrough } from 'node:stream';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { parseArgs } from '../../../src-main/hosts/cli/args';
import { Terminal } from '../../../src-main/hosts/cli/terminal';
import type { CliContext } from '../../../src-main/hosts/cli/command';
import { NOON_MS, testRun, testWriter } from '../store/support/stores';

/** What `npm start -- curves …` prints. */
async function curves(dataDir: string, ...args: string[]): Promise<{ text: string; notes: string }> {
  const out = new PassThrough();
  const err = new PassThrough();
  const context = { terminal: new Terminal({ out, err }), version: '0', paths: () => ({ dataDir }) } as unknown as CliContext;
  let text = '';
  out.on('data', (chunk: Buffer) => (text += String(chunk)));
  expect(await parseArgs(['curves', ...args]).run(context)).toBe(0);
  return { text, notes: String(err.read() ?? '') };
}

function folder(): string {
  const writer = testWriter();
  writer.runs.save(testRun({ id: 'abc-1', status: 'running' }), {
    curves: [
      { name: 'loss', step: [1, 2, 3], atMs: [NOON_MS, NOON_MS + 1000, NOON_MS + 2000], value: [2, NaN, 0.5] },
      { name: '=val, "a"', step: [3], atMs: [NOON_MS + 2000], value: [0.25] },
    ],
  });
  return dirname(writer.path);
}

it('prints every point as CSV by step and by time, as JSON lines, and as a table', async () => {
  const dataDir = folder();
  expect((await curves(dataDir, 'abc', '--csv', '--name', 'loss')).text).toBe('name,step,value\nloss,1,2\nloss,2,NaN\nloss,3,0.5\n');
  const byTime = await curves(dataDir, 'abc', '--csv', '--x', 'time');
  expect(byTime.text.split('\n')).toContain(`loss,${new Date(NOON_MS).toISOString()},2`);
  expect(byTime.text).toContain(`"'=val, ""a""",`);
  const lines = (await curves(dataDir, 'abc-1', '--json')).text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual({ name: 'loss', step: 2, value: 'NaN' });
  expect((await curves(dataDir, 'abc')).text).toMatch(/loss\s+3\s+2\s+0\.5\s+0\.5\s+2\s.*1–3/);
});

it('names the scalars there are where another is asked for', async () => {
  await expect(curves(folder(), 'abc', '--name', 'acc')).rejects.toThrow(/no scalar acc\. It has: .*loss/);
});
