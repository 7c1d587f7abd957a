import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { csvFolderKind } from '../../../src-main/core/telemetry/collectors/csv-folder/kind';
import { english } from '@shared/text/message';
import { FeedTime, failureOf, feedUnderTest, told, whys, type FeedUnderTest } from '../../helpers/feed';

let folder = '';
let time = new FeedTime();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-csv-'));
  time = new FeedTime();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const feed = (settings: object = {}): FeedUnderTest =>
  feedUnderTest(csvFolderKind, { folder, timeColumn: 'Time', zone: 'UTC', points: ['power P unit=kW'], ...settings }, {}, time);
/** A file as of now by the test's clock. */
const write = (name: string, text: string | Buffer): void => {
  writeFileSync(join(folder, name), text);
  utimesSync(join(folder, name), time.wall / 1000, time.wall / 1000);
};
const stored = (one: FeedUnderTest): [string, number | null][] =>
  (one.collector.between?.() ?? []).flatMap(({ atMs, readings }) =>
    readings.map(({ value }): [string, number | null] => [new Date(atMs).toISOString().slice(5, 16), value]),
  );

it('reads on what grows, each row once and at its own time, and no half line', async () => {
  write('a.csv', '\ufeffTime,P\n2026-11-02 11:00,1\n2026-11-02 11:15,2\n2026-11-02 11:3');
  const one = feed();
  expect(await one.read()).toMatchObject([{ value: 2000, atMs: Date.UTC(2026, 10, 2, 11, 15) }]);
  expect(stored(one)).toEqual([
    ['11-02T11:00', 1000],
    ['11-02T11:15', 2000],
  ]);
  await one.read();
  expect(stored(one)).toEqual([]);
  appendFileSync(join(folder, 'a.csv'), '0,3\n');
  expect(await one.read()).toMatchObject([{ value: 3000 }]);
  expect(stored(one)).toEqual([['11-02T11:30', 3000]]);
  write('b.csv', 'Time,P\n2026-11-02 11:20,9\n');
  expect(await one.read()).toMatchObject([{ value: 3000 }]);
  expect(stored(one)).toEqual([['11-02T11:20', 9000]]);
});

it('reads anew what was put in place of another, and a last line without its end once nobody writes', async () => {
  write('a.csv', 'Time,P\n2026-11-02 11:00,1\n');
  const one = feed();
  await one.read();
  stored(one);
  write('new.tmp', 'P,Time\n5,2026-11-02 11:45');
  renameSync(join(folder, 'new.tmp'), join(folder, 'a.csv'));
  await one.read();
  expect(stored(one)).toEqual([]);
  time.pass(61_000);
  expect(told(await one.read())).toEqual({ 'meter.power': 5000 });
  expect(stored(one)).toEqual([['11-02T11:45', 5000]]);
});

it('takes dates, decimals, quotes and encodings as they are set, and never guesses them', async () => {
  const text = 'Zeit;"Wirk;leistung"\n"2/11/2026, 12:15 PM";1.234,5\n02.11.2026 24:00;2\n02.11.2026 11:00;n/a\n';
  write('a.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
  const german = { separator: 'semicolon', decimal: 'comma', order: 'day-first', zone: 'Europe/Berlin', timeColumn: 'Zeit' };
  const one = feed({ ...german, points: ['power "Wirk;leistung"'] });
  expect(told(await one.read())).toEqual({ 'meter.power': 1234.5 });
  expect(stored(one)).toEqual([['11-02T11:15', 1234.5]]);
  const [item] = await one.collector.doctor();
  expect(item?.state).toBe('partial');
  expect(english(item?.detail ?? '')).toContain('line 3: this time has not come yet: 02.11.2026 24:00');
  time.pass(86_400_000);
  expect(whys(await feed({ ...german, points: ['power "Wirk;leistung"'] }).try())[0]).toMatch(/^The last value is \d+ s old$/);
});

it('says what is missing, and stores nothing as of now in its place', async () => {
  expect(await failureOf(feed().read())).toContain('No file in');
  write('a.csv', 'When,P\n2026-11-02 11:00,1\n');
  expect(await failureOf(feed().read())).toContain('has no column “Time”. There are: When , P');
  write('a.csv', 'Time,Power\n2026-11-02 11:00,1\n');
  expect(await failureOf(feed().read())).toContain('has no column “P”');
  expect(await failureOf(feed({ folder: join(folder, 'none') }).read())).toContain('cannot be read');
  expect(() => feed({ points: ['power A B'] })).toThrow();
  expect(() => feed({ zone: 'Mars/Base' })).toThrow();
});
