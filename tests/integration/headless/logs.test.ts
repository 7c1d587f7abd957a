import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parseArgs } from '../../../src-main/hosts/cli/args';
import { Terminal } from '../../../src-main/hosts/cli/terminal';
import type { CliContext } from '../../../src-main/hosts/cli/command';
import { RunLogs } from '../../../src-main/core/jobs/log/run-logs';
import { RUNS_FOLDER } from '../../../src-main/core/jobs/run-folders';
import { afterThisTest, NOON_MS, temporaryFolder, testRun, testWriter } from '../store/support/stores';

interface Told {
  readonly code: number;
  readonly text: string;
  readonly notes: string;
}

/** `npm start -- logs …` under way. */
function started(dataDir: string, ...args: string[]): { out: PassThrough; told: Promise<Told> } {
  const out = new PassThrough();
  const err = new PassThrough();
  const context = { terminal: new Terminal({ out, err }), version: '0', paths: () => ({ dataDir }) } as unknown as CliContext;
  let text = '';
  out.on('data', (chunk: Buffer) => (text += String(chunk)));
  const told = parseArgs(['logs', ...args])
    .run(context)
    .then((code) => ({ code, text, notes: String(err.read() ?? '') }));
  return { out, told };
}

const logs = (dataDir: string, ...args: string[]): Promise<Told> => started(dataDir, ...args).told;

/** A data folder with an open database, and the logs of its runs as a core writes them: a line a second. */
function folder(maxBytes = 64 * 1024 * 1024) {
  const writer = testWriter();
  const dataDir = dirname(writer.path);
  let second = 0;
  const written = new RunLogs({
    runsDir: join(dataDir, RUNS_FOLDER),
    maxBytes: () => maxBytes,
    now: () => NOON_MS + 1000 * second++,
    log: () => undefined,
  });
  afterThisTest(() => written.close());
  return { writer, dataDir, written };
}

const seqs = (text: string): number[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { seq: number }).seq);

it('prints a log from a line, from a time, its end, and what has a text in it, beside the core that writes it', async () => {
  const { writer, dataDir, written } = folder();
  writer.runs.save(testRun({ id: 'abc-1', status: 'running' }));
  for (let line = 1; line <= 5000; line++)
    written.append('abc-1', line % 2 ? 'stdout' : 'stderr', line % 1000 ? `step ${line}` : `Loss NaN ${line}`);
  written.flush('abc-1');

  const end = await logs(dataDir, 'abc', '--tail', '2');
  expect(end).toEqual({
    code: 0,
    notes: '',
    text: '  4999  2026-11-23T13:23:18.000Z  stdout   step 4999\n  5000  2026-11-23T13:23:19.000Z  stderr   Loss NaN 5000\n',
  });
  expect(seqs((await logs(dataDir, 'abc-1', '--json')).text)).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
  expect(seqs((await logs(dataDir, 'abc-1', '--json', '--tail', '4500')).text)).toEqual(Array.from({ length: 4500 }, (_, i) => i + 501));
  expect(seqs((await logs(dataDir, 'abc-1', '--json', '--from-line', '4998')).text)).toEqual([4998, 4999, 5000]);
  expect(seqs((await logs(dataDir, 'abc-1', '--json', '--since', '2026-11-23T13:23:18Z')).text)).toEqual([4999, 5000]);
  expect(seqs((await logs(dataDir, 'abc-1', '--json', '--text', 'nan')).text)).toEqual([1000, 2000, 3000, 4000, 5000]);
  expect(seqs((await logs(dataDir, 'abc-1', '--json', '--text', 'nan', '--tail', '2')).text)).toEqual([4000, 5000]);
  expect(await logs(dataDir, 'abc-1', '--text', 'overflow')).toEqual({ code: 0, text: '', notes: 'No line fits.\n' });
});

it('says which lines a log beyond its limit lacks, where they would stand', async () => {
  const { writer, dataDir, written } = folder(1024 * 1024);
  writer.runs.save(testRun({ id: 'long', status: 'succeeded' }));
  for (let line = 1; line <= 20_000; line++) {
    written.append('long', 'stdout', `step ${line} ${'.'.repeat(60)}`);
    if (line % 100 === 0) written.flush('long');
  }
  const { text, notes } = await logs(dataDir, 'long', '--json');
  const told = seqs(text);
  const gap = told.findIndex((seq, i) => i > 0 && seq !== (told[i - 1] ?? 0) + 1);
  expect(told[0]).toBe(1);
  expect(told.at(-1)).toBe(20_000);
  expect(notes).toBe(
    `Lines ${(told[gap - 1] ?? 0) + 1} to ${(told[gap] ?? 0) - 1} made way for newer ones: the log has reached its limit.\n`,
  );
  expect((await logs(dataDir, 'long', '--tail', '3')).notes).toBe('');
});

it('follows a run until it has ended and its last line is told', async () => {
  const { writer, dataDir, written } = folder();
  writer.runs.save(testRun({ id: 'live', status: 'running' }));
  written.append('live', 'stdout', 'long before');
  written.append('live', 'stdout', 'before');
  written.flush('live');
  const { out, told } = started(dataDir, 'live', '--follow', '--tail', '1', '--json');
  await once(out, 'data');
  const more = once(out, 'data');
  written.append('live', 'stdout', 'first');
  await more;
  writer.runs.save(testRun({ id: 'live', status: 'succeeded' }));
  written.append('live', 'core', 'last');
  written.end('live');
  const { code, text } = await told;
  expect(code).toBe(0);
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text),
  ).toEqual(['before', 'first', 'last']);
});

it('stops when nobody reads any more', async () => {
  const { writer, dataDir, written } = folder();
  writer.runs.save(testRun({ id: 'live', status: 'running' }));
  written.append('live', 'stdout', 'line');
  written.flush('live');
  const { out, told } = started(dataDir, 'live', '--follow');
  out.destroy(new Error('EPIPE'));
  expect((await told).code).toBe(0);
});

it('says which run it cannot tell', async () => {
  await expect(logs(temporaryFolder(), 'a')).rejects.toThrow(/There is no database/);
  const { writer, dataDir } = folder();
  for (const id of ['a1', 'a12', 'a%']) writer.runs.save(testRun({ id, status: 'succeeded' }));
  await expect(logs(dataDir, 'b')).rejects.toThrow('There is no run "b".');
  await expect(logs(dataDir, '%')).rejects.toThrow('There is no run "%".');
  await expect(logs(dataDir, 'a')).rejects.toThrow('Several runs begin with a: a%, a12, a1');
  expect(await logs(dataDir, 'a1')).toEqual({ code: 0, text: '', notes: 'Run a1 has no log.\n' });
});
