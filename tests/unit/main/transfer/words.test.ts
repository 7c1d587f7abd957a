import { describe, expect, it } from 'vitest';
import { foundOut } from '@shared/model/import';
import type { Series } from '@shared/model/series';
import { selectSeries } from '../../../../src-main/core/transfer/selection';
import { transferRequest } from '../../../../src-main/hosts/cli/transfer-words';
import { parseWords, UsageError } from '../../../../src-main/hosts/cli/words';

describe('words', () => {
  const imported = { word: 'import', dataDir: null, map: null, time: null, format: null, report: null };
  const exported = {
    word: 'export',
    dataDir: null,
    file: 'x.csv',
    format: 'csv',
    fromMs: null,
    toMs: null,
    series: [],
    devices: [],
    metrics: [],
  };
  it.each([
    [
      ['import', 'a.om', 'b.csv'],
      {
        word: 'import',
        dataDir: null,
        files: ['a.om', 'b.csv'],
        map: null,
        time: null,
        csv: foundOut,
        machine: null,
        format: null,
        report: null,
      },
    ],
    [
      ['import', 'a', '--map', 'x=gpu.power@g', '--time', 't', '--format=csv', '--report', 'r', '--data', 'd'],
      {
        word: 'import',
        dataDir: 'd',
        files: ['a'],
        map: 'x=gpu.power@g',
        time: 't',
        csv: foundOut,
        machine: null,
        format: 'csv',
        report: 'r',
      },
    ],
    [
      [
        'import',
        'a',
        '--zone',
        'Europe/Berlin',
        '--start',
        '2026-11-20',
        '--dates',
        'day-first',
        '--separator',
        'semicolon',
        '--decimal',
        'comma',
        '--skip',
        '3',
        '--encoding',
        'latin1',
      ],
      {
        ...imported,
        files: ['a'],
        csv: {
          zone: 'Europe/Berlin',
          start: '2026-11-20',
          dates: 'day-first',
          separator: ';',
          decimal: ',',
          skip: 3,
          encoding: 'windows-1252',
        },
        machine: null,
      },
    ],
    [
      ['import', 'a', '--separator', '\\t', '--decimal', '.'],
      { ...imported, files: ['a'], csv: { ...foundOut, separator: '\t', decimal: '.' }, machine: null },
    ],
    [['export', 'x.csv'], exported],
    [
      ['export', 'x.om', '--series', '1, 2', '--device', 'gpu*', '--metric', 'gpu.power,gpu.load'],
      { ...exported, file: 'x.om', format: 'openmetrics', series: [1, 2], devices: ['gpu*'], metrics: ['gpu.power', 'gpu.load'] },
    ],
    [
      ['export', 'x', '--format', 'parquet', '--from', '1795000000000', '--to', '2026-11-18T11:07:00Z'],
      { ...exported, file: 'x', format: 'parquet', fromMs: 1_795_000_000_000, toMs: 1_795_000_020_000 },
    ],
    [['backup', 'x.sqlite3'], { word: 'backup', dataDir: null, file: 'x.sqlite3' }],
    [['restore', 'x.sqlite3', '--data', 'd'], { word: 'restore', dataDir: 'd', file: 'x.sqlite3' }],
  ])('%j', (argv, expected) => {
    expect(parseWords(argv)).toEqual(expected);
  });

  it('counts back from now', () => {
    const values = new Map([
      ['from', '6h'],
      ['to', 'now'],
    ]);
    expect(transferRequest('export', ['x.csv'], values, 1_795_000_000_000)).toMatchObject({
      fromMs: 1_795_000_000_000 - 6 * 3_600_000,
      toMs: 1_795_000_000_000,
    });
  });

  it.each([
    [['import'], 'Which file? import FILE'],
    [['import', 'a', '--format', 'xml'], 'Unknown format "xml"'],
    [['export'], 'Which file?'],
    [['export', 'x'], 'Which format?'],
    [['export', 'x.csv', 'y'], '"y" is one word too many'],
    [['export', 'x.csv', '--from', 'yesterday'], '--from yesterday: a time as'],
    [['export', 'x.csv', '--from', '1h', '--to', '2h'], '--to must be after --from'],
    [['export', 'x.csv', '--series', 'gpu0'], '--series gpu0'],
    [['backup'], 'Which file?'],
    [['backup', 'x', '--map', 'y'], '--map does not belong to "backup"'],
  ])('%j is refused', (argv, message) => {
    expect(() => parseWords(argv)).toThrow(UsageError);
    expect(() => parseWords(argv)).toThrow(message);
  });
});

describe('selectSeries', () => {
  const series: Series[] = (['gpu0', 'gpu1', 'cpu0', 'a.b'] as const).map((device, i) => ({
    id: i + 1,
    device,
    metric: i < 2 ? 'gpu.power' : 'cpu.load',
    provenance: 'measured',
    label: '',
  }));
  const pick = (over: Partial<Parameters<typeof selectSeries>[1]>): number[] =>
    selectSeries(series, { ids: [], devices: [], metrics: [], ...over }).map(({ id }) => id);

  it('takes what meets all that is asked', () => {
    expect(pick({})).toEqual([1, 2, 3, 4]);
    expect(pick({ devices: ['*pu0'] })).toEqual([1, 3]);
    expect(pick({ devices: ['*pu0'], metrics: ['gpu.*'] })).toEqual([1]);
    expect(pick({ ids: [4, 2] })).toEqual([2, 4]);
  });

  it('does not take a typing error for an empty selection', () => {
    expect(() => pick({ devices: ['gpu2'] })).toThrow('No series has a device "gpu2". There are: gpu0, gpu1');
    expect(() => pick({ devices: ['a+b'] })).toThrow('No series has a device');
    expect(() => pick({ ids: [9] })).toThrow('No series has the number 9');
    expect(() => pick({ ids: [1], metrics: ['cpu.load'] })).toThrow('meets all');
  });
});
