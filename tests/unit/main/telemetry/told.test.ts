import { expect, it } from 'vitest';
import { atJsonPath, parseJsonPath } from '../../../../src-main/core/telemetry/collectors/meters/json-path';
import { toldTimes } from '../../../../src-main/core/telemetry/collectors/meters/told-time';
import { matchTopic, partOf } from '../../../../src-main/core/telemetry/collectors/mqtt/topics';

it.each([
  ['2026-11-02T12:59:30', '2026-11-02T11:59:30Z'],
  ['2026-11-02 12:59:30+00:00', '2026-11-02T12:59:30Z'],
  ['1/7/2025, 1:32\u202fPM', '2025-07-01T11:32:00Z'],
  ['31.12.2025 24:00', '2025-12-31T23:00:00Z'],
  ['25.10.2025 24:00', '2025-10-25T22:00:00Z'],
  ['1757000000', '2025-09-04T15:33:20Z'],
  [1757000000250, '2025-09-04T15:33:20.250Z'],
])('the time %s, day first in Berlin, is %s', (text, at) => {
  expect(toldTimes({ zone: 'Europe/Berlin', order: 'day-first' })(text)).toBe(Date.parse(at));
});

it('what is no time is none, and a day is never taken for a month', () => {
  const read = toldTimes({ zone: 'Europe/Berlin', order: 'day-first' });
  expect(['', 'yesterday', '1/13/2025 10:00', 0, null, 'NaN'].map(read)).toEqual([null, null, null, null, null, null]);
  expect(toldTimes({ zone: 'UTC', order: null })('1/7/2025 10:00')).toBeNull();
});

it('the hour that comes twice is told apart by the order', () => {
  const read = toldTimes({ zone: 'Europe/Berlin', order: null });
  expect(['2025-10-26 02:45', '2025-10-26 02:00'].map((text) => new Date(read(text) ?? 0).toISOString())).toEqual([
    '2025-10-26T00:45:00.000Z',
    '2025-10-26T01:00:00.000Z',
  ]);
});

it('a path leads through lists and names with dots', () => {
  const document = { a: [{ 'b.c': { 'em:0': 7 } }] };
  expect(atJsonPath(document, parseJsonPath('$.a[0]["b.c"].em:0') ?? [])).toBe(7);
  expect(atJsonPath(document, parseJsonPath('a[1].x') ?? [])).toBeUndefined();
  expect(atJsonPath(document, parseJsonPath('constructor') ?? [])).toBeUndefined();
  expect(['a..b', 'a[', 'a[x]', '["a'].map(parseJsonPath)).toEqual([null, null, null, null]);
});

it('a topic matches by levels, and its wildcards name the part', () => {
  expect(matchTopic('a/+/c', 'a/été 2/c')).toEqual(['été 2']);
  expect(matchTopic('a/#', 'a/b/c')).toEqual(['b/c']);
  expect(matchTopic('a/+', 'a/b/c')).toBeNull();
  expect(matchTopic('#', '$SYS/uptime')).toBeNull();
  expect(partOf(['été 2', 'b/c'])).toBe('été-2-b-c');
});
