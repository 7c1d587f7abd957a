import { describe, expect, it } from 'vitest';
import { cellNumber } from '../../../../../src-main/core/transfer/csv/numbers';
import { conversion } from '../../../../../src-main/core/transfer/csv/units';
import { readCsv } from './support';

describe('a cell', () => {
  it.each([
    ['71.2', '.', 71.2, ''],
    ['-71.2', '.', -71.2, ''],
    ['\u221271.2', '.', -71.2, ''],
    ['+.5', '.', 0.5, ''],
    ['1.', '.', 1, ''],
    ['4.28e-07', '.', 4.28e-7, ''],
    ['1,234.5', '.', 1234.5, ''],
    ['1,234,567', '.', 1_234_567, ''],
    ['1 234.5', '.', 1234.5, ''],
    ['1\u00a0234.5', '.', 1234.5, ''],
    ["1'234.5", '.', 1234.5, ''],
    ['1’234.5', '.', 1234.5, ''],
    ['71,5', ',', 71.5, ''],
    ['1.234,5', ',', 1234.5, ''],
    ['1\u202f234,5', ',', 1234.5, ''],
    ['1,5E-3', ',', 1.5e-3, ''],
    ['1.02 kW', '.', 1.02, 'kW'],
    ['12,06 Volts', ',', 12.06, 'Volts'],
    ['95%', '.', 95, '%'],
    ['1 024 MiB', '.', 1024, 'MiB'],
    ['0x1F', '.', 31, ''],
  ] as const)('%s with decimals after "%s" is %d %s', (text, decimal, value, unit) => {
    expect(cellNumber(text, decimal)).toEqual({ value, unit });
  });

  it.each([
    '',
    ' ',
    '-',
    '--',
    'N/A',
    '[N/A]',
    '[Not Supported]',
    '[GPU is lost]',
    '[Unknown Error]',
    'None',
    'null',
    'undefined',
    '\\N',
    'NaN',
    '-nan(ind)',
    '#N/A',
    '—',
  ])('"%s" is missing', (text) => {
    expect(cellNumber(text, '.')).toBeNull();
  });

  it.each(['+Inf', '-inf', 'Infinity', '∞'])('%s is named, not taken', (text) => {
    expect(cellNumber(text, '.')).toMatchObject({ id: 'message.csv.infinite' });
  });

  it.each(['many', '1,23', '12,34.5', '1.2.3', '1 2', '2026-11-20', '10:00', '1,5 2'])(
    '%s is no number where decimals stand after a point',
    (text) => {
      expect(cellNumber(text, '.')).toMatchObject({ id: 'message.csv.noNumber' });
    },
  );
});

describe('units', () => {
  it.each([
    ['kW', 'W', 1000],
    ['mW', 'W', 0.001],
    ['MW', 'W', 1e6],
    ['MiB', 'B', 2 ** 20],
    ['MB', 'B', 1e6],
    ['GHz', 'MHz', 1000],
    ['Hz', 'MHz', 1e-6],
    ['kWh', 'J', 3.6e6],
    ['Wh', 'kWh', 0.001],
    ['µs', 'ms', 0.001],
    ['min', 's', 60],
    ['watts', 'W', 1],
  ])('%s to %s', (from, to, factor) => {
    expect(conversion(from, to)?.factor).toBeCloseTo(factor, 12);
  });

  it('degrees have another zero; what is of another quantity cannot be turned', () => {
    const fahrenheit = conversion('°F', '°C');
    expect((fahrenheit?.factor ?? 0) * 212 + (fahrenheit?.offset ?? 0)).toBeCloseTo(100);
    const kelvin = conversion('K', '°C');
    expect((kelvin?.factor ?? 0) * 300 + (kelvin?.offset ?? 0)).toBeCloseTo(26.85);
    expect(conversion('W', '°C')).toBeNull();
    expect(conversion('W', 'kWh')).toBeNull();
  });
});

describe('the decimal sign of a file', () => {
  const values = (file: string, said = {}): readonly string[] =>
    readCsv(file, said).samples.map((sample) => sample.replace(/^\S+ /, '').split(' @')[0] ?? '');
  const file = (separator: string, ...cells: readonly string[]): string =>
    `time${separator}power\n${cells.map((cell, i) => `2026-11-20 10:00:0${i}${separator}"${cell}"`).join('\n')}\n`;

  it.each([
    [';', ['71,5', '1.234,5'], [71.5, 1234.5]],
    [';', ['1,234', '5,678'], [1.234, 5.678]],
    [';', ['71.5', '1,234'], [71.5, 1234]],
    [',', ['71,5', '2,25'], [71.5, 2.25]],
    [',', ['1,234.5', '12'], [1234.5, 12]],
    [',', ['1,234', '5,678'], [1234, 5678]],
    ['\t', ['1.234.567', '5'], [1_234_567, 5]],
    ['|', ['0,125', '0,5'], [0.125, 0.5]],
  ])('between "%s": %j', (separator, cells, expected) => {
    expect(values(file(separator, ...cells))).toEqual(expected.map((value) => `power: ${value}`));
  });

  it('is what a person says, where they do', () => {
    expect(values(file(';', '1.234', '5.678'), { decimal: ',' })).toEqual(['power: 1234', 'power: 5678']);
    expect(readCsv(file(';', '1.234')).reading).toMatchObject({ decimal: '.', decimalCertain: false });
    expect(readCsv(file(';', '1.25')).reading.decimalCertain).toBe(true);
  });
});

describe('separators and what stands above the header', () => {
  const wanted = ['file/it power: 71.2 @ 2026-11-20T10:00:00.000Z'];
  it.each([
    '\ntimestamp,power\n2026-11-20 10:00:00,71.2\n',
    '# exported by rack PDU 7, port 3\n// second\ntimestamp,power\n2026-11-20 10:00:00,71.2\n',
    'timestamp|power\n2026-11-20 10:00:00|71.2\n',
    'timestamp\tpower\n2026-11-20 10:00:00\t71.2\n',
    'Report of PDU 7\nSerial: 12345\n\ntimestamp;power\n2026-11-20 10:00:00;71.2\n2026-11-20 10:00:00;71.2\n',
    '#timestamp,power\n2026-11-20 10:00:00,71.2\n',
    'timestamp,power\n# a comment in the middle\n2026-11-20 10:00:00,71.2',
  ])('%j', (file) => {
    const { samples, bad } = readCsv(file);
    expect({ samples: [...new Set(samples)], bad }).toEqual({ samples: wanted, bad: [] });
  });

  it('a comma in a quoted name does not count', () => {
    expect(readCsv('Time;"Power, total";Load\n2026-11-20 10:00:00;71.2;5\n').samples).toEqual([
      'file/it Power, total: 71.2 @ 2026-11-20T10:00:00.000Z',
      'file/it Load: 5 @ 2026-11-20T10:00:00.000Z',
    ]);
  });

  it('a name may have a line break; what is skipped and cut can be said', () => {
    expect(readCsv('"GPU\nPower","Time"\n"71.2","2026-11-20 10:00:00"\n').samples).toEqual([
      'gpu0 gpu.power: 71.2 @ 2026-11-20T10:00:00.000Z',
    ]);
    expect(readCsv('a;b;c\nd;e;f\ntimestamp;power,W\n2026-11-20 10:00:00;71.2\n', { skip: 2 }).samples).toEqual([
      'file/it power,W: 71.2 W @ 2026-11-20T10:00:00.000Z',
    ]);
    expect(readCsv('time:power\n20261120:71.2\n', { separator: ':' }).samples).toEqual(['file/it power: 71.2 @ 2026-11-20T00:00:00.000Z']);
  });

  it('a row of other fields is told, and no other with it', () => {
    const { samples, bad } = readCsv('time,power\n2026-11-20 10:00:00,1,5\n2026-11-20 10:00:01\n2026-11-20 10:00:02,2\n');
    expect(samples).toHaveLength(1);
    expect(bad).toEqual(['it has 3 fields instead of 2', 'it has 1 field instead of 2']);
  });
});
