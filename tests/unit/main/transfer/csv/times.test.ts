import { describe, expect, it } from 'vitest';
import { readCsv } from './support';

const times = (file: string | Buffer, said: Parameters<typeof readCsv>[1] = {}): string[] =>
  readCsv(file, said).samples.map((sample) => sample.slice(sample.indexOf('@') + 2));
const column = (...cells: readonly string[]): string => `time,power\n${cells.map((cell, i) => `"${cell}",${i}`).join('\n')}\n`;

describe('a time', () => {
  it.each([
    ['1795169600', '2026-11-20T10:13:20.000Z'],
    ['1795169600.25', '2026-11-20T10:13:20.250Z'],
    ['1795169600123', '2026-11-20T10:13:20.123Z'],
    ['1795169600123456', '2026-11-20T10:13:20.123Z'],
    ['1795169600123456789', '2026-11-20T10:13:20.123Z'],
    ['1.7951696e9', '2026-11-20T10:13:20.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20 10:00', '2026-11-20T10:00:00.000Z'],
    ['2026/11/20 10:00:00.250', '2026-11-20T10:00:00.250Z'],
    ['2026-11-20T10:00:00.123456789Z', '2026-11-20T10:00:00.123Z'],
    ['2026-11-20 10:00:11,5', '2026-11-20T10:00:11.500Z'],
    ['20261120T100010Z', '2026-11-20T10:00:10.000Z'],
    ['20261120100010', '2026-11-20T10:00:10.000Z'],
    ['20261120', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20 24:00', '2026-11-21T00:00:00.000Z'],
    ['2026-11-20 12:05 AM', '2026-11-20T00:05:00.000Z'],
    ['2026-11-20 12:05\u202fPM', '2026-11-20T12:05:00.000Z'],
    ['1/17/2025, 1:32\u202fPM', '2025-01-17T13:32:00.000Z'],
    ['20.11.2026 10:00:00', '2026-11-20T10:00:00.000Z'],
    ['20-11-26 10:00', '2026-11-20T10:00:00.000Z'],
    ['20-Nov-2026 10:00:00', '2026-11-20T10:00:00.000Z'],
    ['Nov 20, 2026, 1:00:00 p.m.', '2026-11-20T13:00:00.000Z'],
    ['Fri, 20 Nov 2026 10:00:06 GMT', '2026-11-20T10:00:06.000Z'],
    ['Fri Nov 20 10:00:06 CET 2026', '2026-11-20T09:00:06.000Z'],
    ['2026年11月20日 下午3:05:06', '2026-11-20T15:05:06.000Z'],
    ['46346.5', '2026-11-20T12:00:00.000Z'],
  ])('%s', (text, moment) => {
    expect(times(column(text))).toEqual([moment]);
  });

  it.each([
    ['2026-11-20 10:00:00 UTC', '10:00'],
    ['2026-11-20 10:00:00 +0000 UTC', '10:00'],
    ['2026-11-20 10:00:00.000 +0100 CET m=+0.01', '09:00'],
    ['2026-11-20 10:00:00+00', '10:00'],
    ['2026-11-20T10:00:00+0530', '04:30'],
    ['2026-11-20 10:00:00 UTC+8', '02:00'],
    ['2026-11-20 10:00:00 GMT-0500 (Eastern Standard Time)', '15:00'],
    ['2026-11-20 10:00:00 CET', '09:00'],
    ['2026-11-20 10:00:00 JST', '01:00'],
    ['2026-11-20 10:00:00 Asia/Shanghai', '02:00'],
  ])('%s is taken by its zone, whatever that of the file', (text, clock) => {
    expect(times(column(text), { zone: 'America/New_York' })).toEqual([`2026-11-20T${clock}:00.000Z`]);
  });

  it.each(['CST', 'IST', 'XYZ'])('with the zone %s, which may be several or none, is refused by name', (zone) => {
    const { samples, bad } = readCsv(column('2026-11-20 10:00:00 Z', `2026-11-20 10:00:00 ${zone}`));
    expect(samples).toHaveLength(1);
    expect(bad).toEqual([expect.stringContaining(`the zone "${zone}"`)]);
  });

  it.each(['soon', '2026-02-30 10:00', '2026-13-01', '2026-11-20 25:00', ''])('is not "%s"', (text) => {
    const { samples, bad } = readCsv(column('2026-11-20 10:00:00', text));
    expect(samples).toHaveLength(1);
    expect(bad).toHaveLength(1);
  });
});

describe('dates in figures', () => {
  const file = (...dates: readonly string[]): string => `time;power\n${dates.map((date, i) => `${date};${i}`).join('\n')}\n`;

  it('are read in one order for a whole file, which one row decides', () => {
    expect(times(file('03/04/2026 10:00', '13/04/2026 10:00'))).toEqual(['2026-04-03T10:00:00.000Z', '2026-04-13T10:00:00.000Z']);
    expect(times(file('03/04/2026 10:00', '03/14/2026 10:00'))).toEqual(['2026-03-04T10:00:00.000Z', '2026-03-14T10:00:00.000Z']);
  });

  it('are decided by what follows one another, by the future, by AM and PM', () => {
    expect(times(file('01/04/2026', '02/04/2026', '03/04/2026'))[2]).toBe('2026-04-03T00:00:00.000Z');
    expect(times(file('04/01/2026', '04/02/2026', '04/03/2026'))[2]).toBe('2026-04-03T00:00:00.000Z');
    expect(times(file('11/12/2026 10:00'))).toEqual(['2026-11-12T10:00:00.000Z']);
    expect(times(file('03/04/2026 1:00 PM'))).toEqual(['2026-03-04T13:00:00.000Z']);
  });

  it('are asked for where nothing decides, and refused where two rows contradict', () => {
    expect(() => readCsv(file('03/04/2026 10:00', '03/04/2026 10:01'))).toThrow('--dates day-first or --dates month-first');
    expect(times(file('03/04/2026 10:00'), { dates: 'day-first' })).toEqual(['2026-04-03T10:00:00.000Z']);
    expect(times(file('03/04/2026 10:00'), { dates: 'month-first' })).toEqual(['2026-03-04T10:00:00.000Z']);
    expect(() => readCsv(file('13/04/2026', '04/13/2026'))).toThrow('cannot all be right');
    // A later row that the order does not fit is not turned round.
    expect(readCsv(file('03/04/2026', '04/14/2026'), { dates: 'day-first' }).bad).toEqual([
      expect.stringContaining('"04/14/2026" is not a time'),
    ]);
  });
});

describe('Excel', () => {
  it('counts days from 1900, or from 1904 where a person says so, in local time', () => {
    expect(times('Datum;Wert\n46346,5;1,25\n46347,25;2,5\n', { zone: 'Europe/Berlin' })).toEqual([
      '2026-11-20T11:00:00.000Z',
      '2026-11-21T05:00:00.000Z',
    ]);
    expect(times('Date,power\n44884.5,1\n', { dates: 'excel-1904' })).toEqual(['2026-11-20T12:00:00.000Z']);
    expect(times('Date,Time,power\n46346,0.5,1\n46346,0.50001,2\n')).toEqual(['2026-11-20T12:00:00.000Z', '2026-11-20T12:00:00.864Z']);
  });
});

describe('a date and a clock in two columns', () => {
  it.each([
    ['Date,Time,power\n2026-11-20,10:00:00,1\n', {}],
    ['power;Uhrzeit;Datum\n1;10:00:00;20.11.2026\n', {}],
    ['a,b,power\n11/20/2026,10:00:00 AM,1\n', {}],
    ['Day,power,Clock\n2026-11-20,1,10:00\n', { timeColumn: 'Day+Clock' }],
    ['Day,power,Clock\n2026-11-20,1,10:00\n', { timeColumn: 'Day' }],
  ])('%j are joined', (file, said) => {
    expect(times(file, said)).toEqual(['2026-11-20T10:00:00.000Z']);
  });
});

describe('local time', () => {
  it('is that of the zone said, and tells the hour that comes twice by the order of the rows', () => {
    const clocks = ['01:59', '02:00', '02:30', '02:59', '02:00', '02:30', '02:59', '03:00'];
    const file = `time,power\n${clocks.map((clock, i) => `2026-10-25 ${clock}:00,${i}`).join('\n')}\n`;
    const expected = ['23:59', '00:00', '00:30', '00:59', '01:00', '01:30', '01:59', '02:00'];
    expect(times(file, { zone: 'Europe/Berlin' }).map((moment) => moment.slice(11, 16))).toEqual(expected);
    // Also where it was interrupted in that hour.
    for (const stopAfter of [4, 5, 6])
      expect(times(file, { zone: 'Europe/Berlin', stopAfter }).map((moment) => moment.slice(11, 16))).toEqual(expected);
  });

  it('that no clock showed is told, not moved', () => {
    const { samples, bad } = readCsv(column('2026-03-29 01:59:59', '2026-03-29 02:30:00', '2026-03-29 03:00:00'), {
      zone: 'Europe/Berlin',
    });
    expect(samples.map((sample) => sample.slice(-24))).toEqual(['2026-03-29T00:59:59.000Z', '2026-03-29T01:00:00.000Z']);
    expect(bad).toEqual([expect.stringContaining('there was no 2026-03-29 02:30:00 in Europe/Berlin')]);
  });
});

describe('what has no date', () => {
  const intel = 'System Time,Elapsed Time (sec),Processor Power_0(Watt)\n23:59:59:270,1.005,2.47\n00:00:00:276,2.011,2.087\n';

  it('is refused with the way out', () => {
    expect(() => readCsv(intel)).toThrow(/clock without a date.*elapsed.*neither is a time.*--start/);
    expect(() => readCsv('clock,power\n10:00:00,1\n')).toThrow(/clock without a date.*--start 2026/);
    expect(() => readCsv('t,power\n0.5,1\n1.0,2\n')).toThrow(/elapsed.*--start/);
    expect(() => readCsv('fps,frametime,elapsed\n60,16,1000000000\n')).toThrow('--start');
    expect(() => readCsv('power,temp\n1,2\n')).toThrow(/which column is the time: name it with --time. Its columns are: power, temp\./);
    expect(() => readCsv('time,power\n2026-11-20,2\n', { timeColumn: 'when' })).toThrow('no column "when"');
  });

  it('begins at the day said, and passes midnight', () => {
    expect(times(intel, { start: '2026-11-20' })).toEqual(['2026-11-20T23:59:59.270Z', '2026-11-21T00:00:00.276Z']);
    expect(times(intel, { start: '2026-11-20', zone: 'Asia/Tokyo' })[0]).toBe('2026-11-20T14:59:59.270Z');
    expect(times(intel, { start: '2026-11-20', stopAfter: 1 })[1]).toBe('2026-11-21T00:00:00.276Z');
  });

  it('counts from the moment said, in its own unit', () => {
    expect(times(intel, { start: '2026-11-20T17:00:00Z' })[0]).toBe('2026-11-20T17:00:01.005Z');
    expect(times('fps,frametime,elapsed\n60,16,1500000000\n', { start: '2026-11-20T17:00:00+01:00' })[0]).toBe('2026-11-20T16:00:01.500Z');
    expect(times('elapsed_ms,power\n1500,1\n', { start: '2026-11-20T17:00:00Z' })).toEqual(['2026-11-20T17:00:01.500Z']);
  });
});
