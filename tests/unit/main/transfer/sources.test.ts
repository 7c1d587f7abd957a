import { describe, expect, it } from 'vitest';
import { csvLine, csvSeriesFields } from '../../../../src-main/core/store/csv';
import { parseRuleFile, parseRules, type MappingRule } from '../../../../src-main/core/transfer/mapping';
import { genericCsvSource, openMetricsSource, ownCsvSource, type Imported, type Source } from '../../../../src-main/core/transfer/sources';

const AT_S = 1_795_000_000;
const latestMs = AT_S * 1000 + 1_000_000;

function read(source: Source, record: string): { samples: Imported[]; bad: string[]; unmapped: string[] } {
  const found = { samples: [] as Imported[], bad: [] as string[], unmapped: [] as string[] };
  source.read(record, { sample: (one) => found.samples.push(one), bad: (problem) => found.bad.push(problem), unmapped: (name) => found.unmapped.push(name) });
  return found;
}
const power = { device: 'gpu0', metric: 'gpu.power', label: '', provenance: 'measured' };

describe('OpenMetrics', () => {
  const plain = openMetricsSource({ rules: [], latestMs });

  it('takes its own names, keeps provenance, and says measured where none is said', () => {
    expect(read(plain, `coldaisle_gpu_power_watts{device="gpu0"} 70.5 ${AT_S}.25`).samples).toEqual([{ key: power, atMs: AT_S * 1000 + 250, value: 70.5 }]);
    expect(read(plain, `coldaisle_gpu_power_watts{device="gpu0",provenance="modelled",label="H"} NaN ${AT_S}`).samples).toEqual([{ key: { ...power, label: 'H', provenance: 'modelled' }, atMs: AT_S * 1000, value: null }]);
    expect(read(plain, `coldaisle_gpu_power_watts{device="gpu0"} 1 ${AT_S}000`).samples[0]?.atMs).toBe(AT_S * 1000);
    for (const line of ['# TYPE a gauge', '# EOF', '', '# a comment']) expect(read(plain, line)).toEqual({ samples: [], bad: [], unmapped: [] });
  });

  it.each([
    ['coldaisle_gpu_power_watts{device="gpu0"} 70', 'no time'],
    [`coldaisle_gpu_power_watts 70 ${AT_S}`, 'no label device'],
    [`coldaisle_gpu_power_watts{device="gpu0",provenance="guessed"} 70 ${AT_S}`, '"guessed" is no provenance'],
    [`coldaisle_gpu_power_watts{device="gpu0"} 5001 ${AT_S}`, 'outside of what gpu.power can be'],
    [`coldaisle_gpu_power_watts{device="gpu0"} +Inf ${AT_S}`, 'outside of what gpu.power can be'],
    [`coldaisle_gpu_power_watts{device=""} 1 ${AT_S}`, 'no device'],
    [`coldaisle_gpu_power_watts{device="gpu0"} 1 ${AT_S + 10_000}`, 'yet to come'],
    ['coldaisle_gpu_power_watts{device="gpu0"} 1 -5', 'time is not one'],
  ])('%s is bad', (line, problem) => {
    const found = read(plain, line);
    expect(found.samples).toEqual([]);
    expect(found.bad[0]).toContain(problem);
  });

  it('maps foreign names by rule and names those without', () => {
    const mapped = openMetricsSource({ rules: parseRules('DCGM_POWER=gpu.power@gpu{gpu}, ratio=gpu.load@gpu{gpu}*100'), latestMs });
    expect(read(mapped, `DCGM_POWER{gpu="3",provenance="simulated"} 70 ${AT_S}`).samples).toEqual([{ key: { ...power, device: 'gpu3', provenance: 'simulated' }, atMs: AT_S * 1000, value: 70 }]);
    expect(read(mapped, `ratio{gpu="3"} 0.25 ${AT_S}`).samples[0]).toMatchObject({ key: { metric: 'gpu.load' }, value: 25 });
    expect(read(mapped, `ratio 0.25 ${AT_S}`).bad).toEqual(['it has no "gpu", which the mapping of ratio asks for']);
    expect(read(mapped, `node_load1 0.25 ${AT_S}`)).toEqual({ samples: [], bad: [], unmapped: ['node_load1'] });
  });
});

describe('CSV as exported here', () => {
  const own = ownCsvSource({ rules: [], latestMs });

  it.each([
    ['gpu0', 'plain'],
    ['net/eth0', 'a "quoted", comma\nand break'],
    ['=cmd', '@SUM(A1)'],
    ["it's", "'tis"],
  ])('reads back %j %j', (device, label) => {
    const line = csvLine(csvSeriesFields({ device, label, metric: 'gpu.power', unit: 'W', provenance: 'derived' }), AT_S * 1000, 12.25);
    expect(read(own, line.trimEnd()).samples).toEqual([{ key: { device, label, metric: 'gpu.power', provenance: 'derived' }, atMs: AT_S * 1000, value: 12.25 }]);
  });

  it('takes an empty value for none, and names what it cannot take', () => {
    const line = (over: Partial<Record<'time' | 'metric' | 'unit' | 'value', string>>): string => {
      const { time = String(AT_S * 1000), metric = 'gpu.power', unit = 'W', value = '1' } = over;
      return `x,${time},gpu0,,${metric},${unit},measured,${value}`;
    };
    expect(read(own, line({ value: '' })).samples[0]?.value).toBeNull();
    expect(read(own, line({ unit: 'kW' })).bad[0]).toContain('unit is "kW"');
    expect(read(own, line({ value: '1,5' })).bad[0]).toContain('9 fields');
    expect(read(own, line({ value: 'x' })).bad[0]).toContain('not a number');
    expect(read(own, line({ time: '1.5' })).bad[0]).toContain('time');
    expect(read(own, line({ metric: 'gpu.smell', unit: '' })).unmapped).toEqual(['gpu.smell']);
  });
});

describe('other CSV', () => {
  const csv = (header: string, rules: readonly MappingRule[], timeColumn: string | null = null, separator = ','): Source => genericCsvSource({ header, separator, timeColumn, rules, latestMs });

  it('takes mapped columns by rule; other columns fill the names', () => {
    const source = csv('Time;card;watts;note;hot', parseRules('watts=gpu.power@gpu{card},hot=gpu.temperature@gpu{card}'), null, ';');
    expect(read(source, '2026-11-18T11:06:40Z;2;70;x;41')).toEqual({
      samples: [
        { key: { ...power, device: 'gpu2' }, atMs: AT_S * 1000, value: 70 },
        { key: { ...power, device: 'gpu2', metric: 'gpu.temperature' }, atMs: AT_S * 1000, value: 41 },
      ],
      bad: [],
      unmapped: ['note'],
    });
    const half = read(source, '2026-11-18 11:06:40;2;many;;41');
    expect(half.bad).toEqual(['"many" in watts is not a number']);
    expect(half.samples).toHaveLength(1);
    expect(read(source, '2026-11-18;2;;;').samples.map(({ value }) => value)).toEqual([null, null]);
    expect(read(source, 'soon;2;1;;1').bad).toEqual(['its time is not one']);
    expect(read(source, '1;2').bad[0]).toContain('2 fields instead of 5');
  });

  it.each([
    ['1795000000', AT_S * 1000],
    ['1795000000.5', AT_S * 1000 + 500],
    ['1795000000123', AT_S * 1000 + 123],
    ['2026-11-18T12:06:40+01:00', AT_S * 1000],
    ['2026-11-18T11:06', AT_S * 1000 - 40_000],
  ])('time %s', (text, atMs) => {
    expect(read(csv('when,w', parseRules('w=gpu.power@gpu0'), 'when'), `${text},1`).samples[0]?.atMs).toBe(atMs);
  });

  it('says what it lacks', () => {
    expect(() => csv('when,w', parseRules('w=gpu.power@gpu0'))).toThrow('name it with --time. Its columns are: when, w.');
    expect(() => csv('time,w', parseRules('x=gpu.power@gpu0'))).toThrow('No column of values is mapped');
    expect(() => csv('time,w', parseRules('w=gpu.power@gpu0'), 'when')).toThrow('no column "when"');
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
