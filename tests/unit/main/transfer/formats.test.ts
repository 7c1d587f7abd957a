import { describe, expect, it } from 'vitest';
import { csvLine, CSV_HEADER, csvSeriesFields } from '../../../../src-main/core/store/samples/csv';
import { detectFormat } from '../../../../src-main/core/transfer/formats';
import { openMetrics } from '../../../../src-main/core/transfer/formats/openmetrics';
import { ownCsv } from '../../../../src-main/core/transfer/formats/own-csv';
import { table } from '../../../../src-main/core/transfer/formats/table';
import { parseRuleFile, parseRules, type MappingRule } from '../../../../src-main/core/transfer/mapping';
import { headOf, readText } from '../../../helpers/reading';

const AT_S = 1_795_000_000;
const power = { device: 'gpu0', metric: 'gpu.power', label: '', provenance: 'measured' };

describe('a format', () => {
  it.each([
    ['# HELP a b\na 1\n', openMetrics],
    ['#TYPE a gauge\na 1\n', openMetrics],
    ['\uFEFFa{b="c"} 1 2\n', openMetrics],
    ['{__name__="a"} 1 2\n', openMetrics],
    ['{"a.b",c="d"} 1\n', openMetrics],
    [CSV_HEADER, ownCsv],
    ['time,watts\n1,2\n', table],
    ['# a comment\ntime,watts\n', table],
  ])('is known by its beginning: %j', (text, format) => {
    expect(detectFormat(headOf(text))).toBe(format);
  });
});

describe('CSV as exported here', () => {
  it.each([
    ['gpu0', 'plain'],
    ['net/eth0', 'a "quoted", comma\nand break'],
    ['=cmd', '@SUM(A1)'],
    ["it's", "'tis"],
  ])('reads back %j %j', (device, label) => {
    const line = csvLine(csvSeriesFields({ device, label, metric: 'gpu.power', unit: 'W', provenance: 'derived' }), AT_S * 1000, 12.25);
    expect(readText(CSV_HEADER + line).samples).toEqual([
      { key: { device, label, metric: 'gpu.power', provenance: 'derived' }, atMs: AT_S * 1000, value: 12.25 },
    ]);
  });

  it('takes an empty value for none, and names what it cannot take', () => {
    const read = (over: Partial<Record<'time' | 'metric' | 'unit' | 'value', string>>) => {
      const { time = String(AT_S * 1000), metric = 'gpu.power', unit = 'W', value = '1' } = over;
      return readText(`${CSV_HEADER}x,${time},gpu0,,${metric},${unit},measured,${value}\n`);
    };
    expect(read({ value: '' }).samples[0]?.value).toBeNaN();
    expect(read({ unit: 'kW' }).bad_[0]).toContain('unit is "kW"');
    expect(read({ value: '1,5' }).bad_[0]).toContain('9 fields');
    expect(read({ value: 'x' }).bad_[0]).toContain('not a number');
    expect(read({ time: '1.5' }).samples[0]?.atMs).toBeNaN();
  });

  it("brings another build's metrics and those of other sources back, with their units", () => {
    const line = csvLine(
      csvSeriesFields({ device: 'run/a', label: '', metric: '=val/mAP', unit: '-x', provenance: 'measured' }),
      AT_S * 1000,
      0.5,
    );
    expect(readText(CSV_HEADER + line).samples[0]?.key).toMatchObject({
      metric: '=val/mAP',
      definition: { name: '=val/mAP', unit: '-x', kind: 'gauge', range: null },
    });
  });
});

describe('other CSV', () => {
  const read = (text: string, rules: readonly MappingRule[], timeColumn: string | null = null) => readText(text, { rules, timeColumn });

  it('takes mapped columns by rule; other columns fill the names', () => {
    const rules = parseRules('watts=gpu.power@gpu{card},hot=gpu.temperature@gpu{card}');
    const rows = (...lines: string[]) => read(`Time;card;watts;note;hot\n${lines.join('\n')}\n`, rules);
    const good = rows('2026-11-18T11:06:40Z;2;70;x;41');
    expect(good.samples).toEqual([
      { key: { ...power, device: 'gpu2' }, atMs: AT_S * 1000, value: 70 },
      { key: { ...power, device: 'gpu2', metric: 'gpu.temperature' }, atMs: AT_S * 1000, value: 41 },
    ]);
    const half = rows('2026-11-18 11:06:40;2;many;;41');
    expect(half.bad_).toEqual(['column watts: "many" is not a number']);
    expect(half.samples).toHaveLength(1);
    expect(rows('2026-11-18;2;;;').samples.map(({ value }) => value)).toEqual([NaN, NaN]);
    expect(rows('2026-11-18;2;1;;1', 'soon;2;1;;1')).toMatchObject({ samples: [{}, {}], bad_: ['"soon" is not a time'] });
    expect(rows('1;2').bad_[0]).toContain('2 fields instead of 5');
  });

  it.each([
    ['1795000000', AT_S * 1000],
    ['1795000000.5', AT_S * 1000 + 500],
    ['1795000000123', AT_S * 1000 + 123],
    ['2026-11-18T12:06:40+01:00', AT_S * 1000],
    ['2026-11-18T11:06', AT_S * 1000 - 40_000],
  ])('time %s', (text, atMs) => {
    expect(read(`when,w\n${text},1\n`, parseRules('w=gpu.power@gpu0'), 'when').samples[0]?.atMs).toBe(atMs);
  });

  it('says what it lacks', () => {
    expect(() => read('place,w\na,1\n', parseRules('w=gpu.power@gpu0'))).toThrow('name it with --time. Its columns are: place, w.');
    expect(() => read('time,w\n', parseRules('x=gpu.power@gpu0'))).toThrow('no column "x"');
    expect(() => read('time,w\n', parseRules('w=gpu.power@gpu0'), 'when')).toThrow('no column "when"');
  });
});

describe('rules', () => {
  it('are read from words and from JSON alike', () => {
    const rule = { name: 'a', metric: 'gpu.power', device: 'gpu{i}', label: '', scale: 0.001, provenance: null };
    expect(parseRules(' a = gpu.power @ gpu{i} * 1e-3 ')).toEqual([rule]);
    expect(parseRuleFile('{"a": {"metric": "gpu.power", "device": "gpu{i}", "scale": 0.001}}')).toEqual([rule]);
    expect(parseRules('a=gpu.power')[0]?.device).toBe('{device}');
  });

  it.each([
    [() => parseRules('a'), '"a" is no mapping'],
    [() => parseRules('a=gpu.smell'), '"gpu.smell" is no metric'],
    [() => parseRules('a=gpu.power*x'), '"x" is no number'],
    [() => parseRuleFile('{'), 'no JSON'],
    [() => parseRuleFile('{"a": {"metric": "gpu.power", "colour": 1}}'), 'not valid at a'],
  ])('%s', (work, message) => {
    expect(work).toThrow(message);
  });
});
