import { describe, expect, it } from 'vitest';
import { csvLine, csvSeriesFields } from '../../../../../src-main/core/store/samples/csv';

const fields = (label: string, device = 'host', metric = 'cpu.power', unit = 'W') =>
  csvSeriesFields({ device, label, metric, unit, provenance: 'modelled' });

describe('CSV fields of a series', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['简体', '简体'],
    ["O'Neil", "O'Neil"],
  ])('quote by RFC 4180 where it is needed: %j', (label, expected) => {
    expect(fields(label)).toBe(`host,${expected},cpu.power,W,modelled`);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1,2', '"\'\r=1,2"'],
  ])('make a formula harmless with an apostrophe: %j', (label, expected) => {
    expect(fields(label)).toBe(`host,${expected},cpu.power,W,modelled`);
  });

  it('leave the unit empty where none is known, and make a metric and a unit from outside harmless too', () => {
    expect(fields('x', 'host', 'gpu.flux', '')).toBe('host,x,gpu.flux,,modelled');
    expect(fields('x', 'host', '=1+1', '-1')).toBe("host,x,'=1+1,'-1,modelled");
  });
});

describe('a CSV line', () => {
  it('gives the number so that it reads back the same, and nothing for a missing one', () => {
    const atMs = Date.UTC(2026, 10, 23, 12, 0, 0, 7);
    for (const value of [0, -0.5, 0.1 + 0.2, 1e21, 5e-324]) {
      const last = csvLine('f', atMs, value).trimEnd().split(',').at(-1);
      expect(Number(last)).toBe(value);
    }
    expect(csvLine('f', atMs, null)).toBe(`2026-11-23T12:00:00.007Z,${atMs},f,\r\n`);
  });
});
