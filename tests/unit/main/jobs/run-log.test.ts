import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunLogQuery, type LogLine } from '@shared/model/run-log';
import { readLog } from '../../../../src-main/core/jobs/log/log-reader';
import { LOG_TEXT_MAX, tidyText } from '../../../../src-main/core/jobs/log/log-text';
import { LogWriter, type LogWriterOptions } from '../../../../src-main/core/jobs/log/log-writer';
import { RunLogs, type LogNews } from '../../../../src-main/core/jobs/log/run-logs';
import { logFolder, runFolder } from '../../../../src-main/core/jobs/run-folders';

const MIB = 2 ** 20;
const START = Date.UTC(2026, 10, 26);
let folder = '';
let dir = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-log-'));
  dir = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Its lines are a second apart. */
function writer(over: Partial<LogWriterOptions> = {}): LogWriter {
  let nowMs = START - 1000;
  return new LogWriter({ dir, maxBytes: () => 64 * MIB, now: () => (nowMs += 1000), ...over });
}

/** Lines of 100 bytes or so, flushed every hundred. */
function fill(log: LogWriter, from: number, to: number): void {
  for (let i = from; i <= to; i++) {
    log.append(i % 10 === 0 ? 'stderr' : 'stdout', `line ${i} ${'x'.repeat(70)}`);
    if (i % 100 === 0) log.flush();
  }
  log.flush();
}

const read = (query: Partial<RunLogQuery> = {}) => readLog(dir, RunLogQuery.parse(query));
const seqs = (lines: readonly LogLine[]): number[] => lines.map(({ seq }) => seq);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a log', () => {
  it('is read by line, by time, from its end, before a line, and by text', async () => {
    const log = writer();
    fill(log, 1, 30_000);
    expect(readdirSync(dir).length).toBeGreaterThan(2);
    expect(await read({ limit: 3 })).toMatchObject({
      lastLine: 30_000,
      dropped: null,
      next: 29_998,
      lines: [
        { seq: 29_998, source: 'stdout' },
        { seq: 29_999, atMs: START + 29_998_000 },
        { seq: 30_000, source: 'stderr', text: `line 30000 ${'x'.repeat(70)}` },
      ],
    });
    expect(seqs((await read({ fromLine: 12_345, limit: 5 })).lines)).toEqual(range(12_345, 12_349));
    expect(seqs((await read({ fromMs: START + 20_000_500, limit: 2 })).lines)).toEqual([20_002, 20_003]);
    expect(seqs((await read({ fromMs: 0, limit: 2 })).lines)).toEqual([1, 2]);
    expect(await read({ fromMs: START + 1e9 })).toMatchObject({ lines: [], next: null });
    expect(seqs((await read({ beforeLine: 20_000, limit: 2 })).lines)).toEqual([19_998, 19_999]);
    expect(seqs((await read({ fromLine: 1, text: 'LINE 2999', limit: 10 })).lines)).toEqual([2999, ...range(29_990, 29_998)]);
    expect(seqs((await read({ beforeLine: 29_990, text: 'line 2999 ', limit: 10 })).lines)).toEqual([2999]);
    expect((await read({ fromLine: 30_001 })).lines).toEqual([]);
  });

  it('is gone through whole by pages, which are bounded by their size too', async () => {
    const log = writer();
    for (let i = 0; i < 1000; i++) log.append('stdout', 'y'.repeat(LOG_TEXT_MAX));
    log.flush();
    const found: number[] = [];
    for (let next: number | null = 1; next !== null;) {
      const page = await read({ fromLine: next, limit: 2000 });
      expect(page.lines.length).toBeLessThan(200);
      found.push(...seqs(page.lines));
      next = page.next;
    }
    expect(found).toEqual(range(1, 1000));
  });

  it('of a run that never wrote is empty', async () => {
    expect(await read()).toEqual({ lastLine: 0, dropped: null, bytes: 0, lines: [], next: null });
  });

  it('keeps its head and its tail within its limit; what was dropped between is told', async () => {
    const log = writer({ maxBytes: () => MIB });
    fill(log, 1, 40_000);
    const size = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
    expect(size).toBeLessThanOrEqual(MIB);
    expect(size).toBeGreaterThan(MIB * 0.9);
    const { dropped, lastLine, bytes } = await read();
    expect(lastLine).toBe(40_000);
    expect(bytes).toBe(size);
    expect(log.extent).toEqual({ dropped, lastLine, bytes });
    if (dropped === null) throw new Error('nothing was dropped');
    expect(seqs((await read({ fromLine: 1, limit: 2000 })).lines)).toEqual([
      ...range(1, dropped.fromLine - 1),
      ...range(dropped.toLine + 1, dropped.toLine + 2000 - (dropped.fromLine - 1)),
    ]);
    expect(dropped.fromLine).toBeGreaterThan(500);
    expect(seqs((await read({ fromLine: dropped.fromLine + 5, limit: 1 })).lines)).toEqual([dropped.toLine + 1]);
    // A later writer goes on with the same gap.
    log.close();
    const again = writer({ maxBytes: () => MIB });
    fill(again, 40_001, 45_000);
    expect((await read()).dropped?.fromLine).toBe(dropped.fromLine);
    expect((await read({ limit: 1 })).lines[0]).toMatchObject({ seq: 45_000 });
  });

  it('torn by a crash goes on behind its last whole line', async () => {
    const log = writer();
    fill(log, 1, 500);
    log.close();
    const last = join(dir, readdirSync(dir).sort().at(-1) ?? '');
    truncateSync(last, statSync(last).size - 7);
    appendFileSync(last, Buffer.alloc(4096));
    expect((await read({ limit: 1 })).lines[0]?.seq).toBe(499);
    const again = writer();
    again.append('core', 'after the crash');
    again.close();
    expect((await read({ limit: 2 })).lines.map(({ seq, text }) => [seq, text.slice(0, 15)])).toEqual([
      [499, 'line 499 xxxxxx'],
      [500, 'after the crash'],
    ]);
  });

  it('keeps the lines behind one that was torn, at the next opening too', async () => {
    const log = writer();
    fill(log, 1, 10);
    log.close();
    appendFileSync(join(dir, readdirSync(dir)[0] ?? ''), `11\t0\tstd12\t${START}\tstdout\ttorn\n13\t${START}\tstdout\tsound\n`);
    const again = writer();
    again.append('core', 'after it');
    again.close();
    expect((await read({ limit: 3 })).lines.map(({ seq, text }) => [seq, text.slice(0, 8)])).toEqual([
      [10, 'line 10 '],
      [13, 'sound'],
      [14, 'after it'],
    ]);
  });

  it('tells lines once that reach the disk while they are read', async () => {
    const log = writer();
    fill(log, 1, 10);
    log.append('stdout', 'line 11');
    const { unwritten } = log;
    log.close();
    expect(seqs((await readLog(dir, RunLogQuery.parse({ fromLine: 9 }), unwritten)).lines)).toEqual([9, 10, 11]);
    expect(seqs((await readLog(dir, RunLogQuery.parse({ limit: 3 }), unwritten)).lines)).toEqual([9, 10, 11]);
  });

  it('whose last file cannot be read goes on in another, with numbers of its own', async () => {
    mkdirSync(join(dir, '000000000001-0.log'), { recursive: true });
    const log = writer();
    log.append('core', 'on');
    log.close();
    expect((await read()).lines).toMatchObject([{ text: 'on' }]);
  });

  it('that the disk refuses holds lines back, then tells how many were lost', async () => {
    // A file stands where the folder has to be.
    writeFileSync(dir, '');
    const said: (string | null)[] = [];
    const log = writer({ onTrouble: (message) => said.push(message) });
    for (let i = 1; i <= 30_000; i++) log.append('stdout', `line ${i} ${'x'.repeat(70)}`);
    log.flush();
    log.flush();
    expect(said).toEqual([expect.stringContaining('EEXIST')]);
    const first = log.unwritten[0]?.seq ?? 0;
    expect(first).toBeGreaterThan(10_000);
    rmSync(dir);
    log.close();
    expect(said.at(-1)).toBeNull();
    const { lines } = await read({ fromLine: 1, limit: 2 });
    expect(lines).toMatchObject([
      { seq: first - 1, source: 'core', text: `… ${first - 1} lines were lost here: the disk did not take them` },
      { seq: first, source: 'stdout' },
    ]);
    expect((await read({ limit: 1 })).lines[0]?.seq).toBe(30_000);
  });
});

describe('the text of a line', () => {
  it('is cleaned of what a terminal would act on, and bounded', () => {
    expect(tidyText('\u001b[31mred\u001b[0m\u0008\u0007\tand')).toMatch(/^red +and$/);
    expect(tidyText('10%\r50%\r100%')).toBe('100%');
    expect(tidyText('done\r')).toBe('done ');
    expect(tidyText('z'.repeat(50_000))).toBe(`${'z'.repeat(LOG_TEXT_MAX)}…`);
  });
});

describe('the logs of the runs', () => {
  const open = (): { logs: RunLogs; said: string[] } => {
    const said: string[] = [];
    const logs = new RunLogs({ runsDir: folder, maxBytes: () => MIB, now: Date.now, log: (_level, text) => said.push(text) });
    return { logs, said };
  };

  it('tell what is new in blocks, and each line is read exactly once by whoever asks where it ends first', async () => {
    const { logs } = open();
    const news: LogNews[] = [];
    logs.append('a', 'core', 'before');
    const { lastLine } = await logs.read('a', RunLogQuery.parse({}));
    logs.onNews((one) => news.push(one));
    for (let i = 0; i < 5000; i++) logs.append('a', 'stdout', `line ${i}`);
    logs.append('b', 'stdout', 'of another');
    logs.close();
    expect(lastLine).toBe(1);
    const [first] = news.filter(({ runId }) => runId === 'a');
    expect(first?.extent.lastLine).toBe(5001);
    expect(seqs(first?.lines ?? [])).toEqual(range(4502, 5001));
    expect(seqs((await logs.read('a', RunLogQuery.parse({ fromLine: lastLine + 1, limit: 3 }))).lines)).toEqual([2, 3, 4]);
  });

  it('lie in folders that only their owner can read, whatever the id of the run, and go with it', async () => {
    const { logs } = open();
    const id = '../../etc/pass*wd';
    logs.append(id, 'stdout', 'secret');
    logs.end(id);
    const at = runFolder(folder, id);
    expect(readdirSync(folder)).toEqual([at.slice(folder.length + 1)]);
    expect(logs.lastAtMs(id)).toBeGreaterThan(START);
    if (process.platform !== 'win32') {
      expect(statSync(at).mode & 0o777).toBe(0o700);
      const [file = ''] = readdirSync(logFolder(folder, id));
      expect(statSync(join(logFolder(folder, id), file)).mode & 0o777).toBe(0o600);
    }
    logs.delete(id);
    // Out of sight at once, from the disk soon.
    expect(existsSync(at)).toBe(false);
    expect(logs.lastAtMs(id)).toBeNull();
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
    logs.close();
  });
});
