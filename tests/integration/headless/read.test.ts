import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArgs } from '../../../src-main/hosts/cli/args';
import type { CliContext } from '../../../src-main/hosts/cli/command';
import { Terminal } from '../../../src-main/hosts/cli/terminal';
import { event, field, simple, version } from '../../helpers/event-files';
import { program, temporaryFolder } from './support';

/** What `npm start -- read …` prints, and its exit code. */
async function read(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(out), text(err)]);
  const context = { terminal: new Terminal({ out, err }), version: '0' } as unknown as CliContext;
  const code = await parseArgs(['read', ...args]).run(context);
  out.end();
  err.end();
  const [lines, notes] = await printed;
  return { code, out: lines, err: notes };
}

const linesOf = (out: string): unknown[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('read', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (name: string): string => join(folder.path, name);
  beforeAll(async () => {
    folder = await temporaryFolder();
    mkdirSync(at('run/train'), { recursive: true });
    const image = Buffer.concat([field(1, 'sample'), field(4, field(4, Buffer.alloc(8)))]);
    writeFileSync(
      at('run/train/events.out.tfevents.1700000000.a'),
      Buffer.concat([version, event(1, [simple('loss', 0.5)]), event(2, [simple('loss', NaN), image]), event(3, [simple('loss', 0.25)])]),
    );
    writeFileSync(at('log'), 'epoch,accuracy\n0,0.5\n1,0.75\n');
    writeFileSync(at('printed.txt'), 'step=7 loss=0.125\n');
    writeFileSync(at('noise.bin'), Buffer.from([0, 1, 2, 3, 0, 5]));
  });
  afterAll(() => folder.remove());

  it('reads what is marked in the lines of a text, and refuses a mark that names no number', async () => {
    writeFileSync(at('odd.txt'), 'Round 3 of 9: perplexity is now 12.5 (was 13)\nRound 4 of 9: perplexity is now nan (was 12.5)\n');
    const { out, code } = await read(at('odd.txt'), '--json', '--mark', 'ppl=Round {step} of 9: perplexity is now {value} (was 0)');
    expect(linesOf(out)).toEqual([
      { name: 'ppl', step: 3, value: 12.5, atMs: null },
      { name: 'ppl', step: 4, value: 'NaN', atMs: null },
    ]);
    expect(code).toBe(0);
    expect(() => parseArgs(['read', 'x', '--mark', 'ppl=Round 3'])).toThrow(/no \{value\}/);
    expect(() => parseArgs(['read', 'x', '--mark', 'Round {value}'])).toThrow(/a name/);
  });

  it('prints a line of JSON a point, whatever kind of file it is', async () => {
    const { code, out, err } = await read(at('run'), '--json');
    expect(linesOf(out)).toEqual([
      { name: 'train/loss', step: 1, value: 0.5, atMs: 1_700_000_000_000 },
      { name: 'train/loss', step: 2, value: 'NaN', atMs: 1_700_000_000_000 },
      { name: 'train/loss', step: 3, value: 0.25, atMs: 1_700_000_000_000 },
    ]);
    expect([code, err]).toEqual([0, 'Not scalars, passed: train/sample (image)\n']);
    const both = await read(at('log'), at('printed.txt'), '--json');
    expect(linesOf(both.out)).toEqual([
      { name: 'accuracy', step: 0, value: 0.5, atMs: null, epoch: 0, file: at('log') },
      { name: 'accuracy', step: 1, value: 0.75, atMs: null, epoch: 1, file: at('log') },
      { name: 'loss', step: 7, value: 0.125, atMs: null, file: at('printed.txt') },
    ]);
  });

  it('names the file of each point where a folder has several, and knows a damaged file by its name', async () => {
    mkdirSync(at('two/b'), { recursive: true });
    writeFileSync(at('two/a.csv'), 'step,loss\n1,0.5\n');
    writeFileSync(at('two/b/events.out.tfevents.1.a'), Buffer.concat([Buffer.alloc(20, 7), version, event(2, [simple('loss', 0.25)])]));
    const { out, err } = await read(at('two'), '--json');
    expect(linesOf(out)).toEqual([
      { name: 'loss', step: 1, value: 0.5, atMs: null, file: 'a.csv' },
      { name: 'b/loss', step: 2, value: 0.25, atMs: 1_700_000_000_000, file: join('b', 'events.out.tfevents.1.a') },
    ]);
    expect(err).toContain('20 bytes are no records and are passed');
    expect(linesOf((await read(at('two/b/events.out.tfevents.1.a'), '--json')).out)).toHaveLength(1);
  });

  it('shows what each scalar came to', async () => {
    const { out } = await read(at('run'));
    expect(out).toMatch(/Scalar +Points +First +Last +Lowest +Highest +Best +Steps/);
    expect(out).toMatch(/train\/loss +3 +0\.5 +0\.25 +0\.25 +0\.5 +0\.25 +1–3/);
  });

  it('says what it cannot read by its exit code too', async () => {
    const { code, err } = await read(at('noise.bin'), at('log'));
    expect(code).toBe(1);
    expect(err).toContain('noise.bin is neither text nor a kind of file that is known.');
    await expect(read(at('none'))).rejects.toThrow(/There is no file/);
    expect(() => parseArgs(['read'])).toThrow(/Which file or folder/);
  });

  it('reads standard input', async () => {
    const child = spawn(process.execPath, [program, 'read', '-', '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(Buffer.concat([version, ...Array.from({ length: 50_000 }, (_, i) => event(i + 1, [simple('loss', i)]))]));
    const lines = linesOf(await text(child.stdout));
    expect(lines).toHaveLength(50_000);
    expect(lines.at(-1)).toEqual({ name: 'loss', step: 50_000, value: 49_999, atMs: 1_700_000_000_000 });
  });
});
