import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { RunLogQuery } from '@shared/model/run-log';
import { TextLogReader } from '../../../../src-main/core/jobs/text-logs/text-log-reader';
import { temporaryFolder } from '../../../integration/store/support/stores';

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'train.log');
});

const asIs = (text: string): string => text;
const lines = (n: number, from = 1): string => Array.from({ length: n }, (_, i) => `line ${from + i}\n`).join('');

it('reads any part of a log, forwards and backwards, by its text, and as it grows', async () => {
  const text = lines(3_000);
  writeFileSync(path, text);
  const reader = new TextLogReader(path);
  const ask = (query: Partial<RunLogQuery>, to = text.length) => reader.read({ from: 0, to }, RunLogQuery.parse(query), false, asIs);
  const seqs = async (query: Partial<RunLogQuery>): Promise<number[]> => (await ask(query)).lines.map(({ seq }) => seq);
  expect(await ask({ fromLine: 1_234, limit: 2 })).toMatchObject({
    lastLine: 3_000,
    dropped: null,
    bytes: text.length,
    lines: [
      { seq: 1_234, text: 'line 1234' },
      { seq: 1_235, text: 'line 1235' },
    ],
    next: 1_236,
  });
  expect(await seqs({ limit: 2 })).toEqual([2_999, 3_000]);
  expect(await seqs({ beforeLine: 501, limit: 3 })).toEqual([498, 499, 500]);
  expect(await seqs({ beforeLine: 1 })).toEqual([]);
  expect(await seqs({ fromLine: 3_001 })).toEqual([]);
  expect(await seqs({ fromLine: 2, text: 'LINE 29', limit: 3 })).toEqual([29, 290, 291]);
  expect(await seqs({ beforeLine: 2_000, text: 'line 29', limit: 1 })).toEqual([299]);
  appendFileSync(path, `${lines(1, 3_001)}half`);
  expect((await ask({ limit: 1 }, text.length + 14)).lines).toMatchObject([{ seq: 3_001, text: 'line 3001' }]);
});

it('begins where the run does, ends with what has no line break once all is written, and shows the newest state of a bar', async () => {
  writeFileSync(path, 'of before\nstep 1\r\nbar 10%\rbar 20%\nend');
  const reader = new TextLogReader(path);
  const texts = async (isOver: boolean): Promise<string[]> => {
    const page = await reader.read({ from: 10, to: 38 }, RunLogQuery.parse({ fromLine: 1 }), isOver, asIs);
    expect(page.lastLine).toBe(page.lines.length);
    return page.lines.map(({ text }) => text);
  };
  expect(await texts(false)).toEqual(['step 1', 'bar 20%']);
  expect(await texts(true)).toEqual(['step 1', 'bar 20%', 'end']);
});

it('reads lines of any length in little memory, and a file that was written anew from its beginning', async () => {
  writeFileSync(path, `${'x'.repeat(3_000_000)}\nshort\n`);
  const reader = new TextLogReader(path);
  const long = await reader.read({ from: 0, to: 3_000_007 }, RunLogQuery.parse({ fromLine: 1 }), true, asIs);
  expect(long.lines.map(({ text }) => text.length)).toEqual([16_385, 5]);
  writeFileSync(path, 'anew\n');
  const anew = await reader.read({ from: 0, to: 5 }, RunLogQuery.parse({}), true, asIs);
  expect(anew).toMatchObject({ lastLine: 1, lines: [{ seq: 1, text: 'anew' }] });
});
