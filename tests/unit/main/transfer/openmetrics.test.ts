import { describe, expect, it } from 'vitest';
import { english, isKeyedMessage } from '@shared/text/message';
import { metricIds } from '@shared/model/metrics';
import { familyName, metricOfFamily, unitName } from '../../../../src-main/core/transfer/names';
import { openMetricsHead, openMetricsLine, openMetricsSeries, parseSample } from '../../../../src-main/core/transfer/openmetrics-text';

describe('names', () => {
  it('each metric of the catalogue has one of its own, valid, that ends with its unit and leads back', () => {
    expect(new Set(metricIds.map((metric) => familyName({ metric }))).size).toBe(metricIds.length);
    for (const metric of metricIds) {
      expect(familyName({ metric })).toMatch(/^coldaisle_[a-z][a-z0-9_]*$/);
      expect(familyName({ metric }).endsWith(unitName({ metric }))).toBe(true);
      expect(metricOfFamily(familyName({ metric }))).toBe(metric);
    }
    expect(familyName({ metric: 'gpu.power' })).toBe('coldaisle_gpu_power_watts');
    expect(familyName({ metric: 'facility.power_ratio' })).toBe('coldaisle_facility_power_ratio');
    expect(metricOfFamily('node_load1')).toBeNull();
  });
});

describe('writing', () => {
  it('follows the specification', () => {
    expect(openMetricsHead({ metric: 'gpu.temperature' })).toBe(
      '# TYPE coldaisle_gpu_temperature_celsius gauge\n# UNIT coldaisle_gpu_temperature_celsius celsius\n# HELP coldaisle_gpu_temperature_celsius GPU temperature\n',
    );
    const series = openMetricsSeries({ device: 'gpu0', metric: 'gpu.power', provenance: 'measured', label: 'a "b"\\c\nd' });
    expect(series).toBe('coldaisle_gpu_power_watts{device="gpu0",label="a \\"b\\"\\\\c\\nd",provenance="measured"}');
    expect(openMetricsLine('x', 1_795_000_000_007, 0.1)).toBe('x 0.1 1795000000.007\n');
    expect(openMetricsLine('x', 1_795_000_000_000, NaN)).toBe('x NaN 1795000000\n');
    expect(openMetricsSeries({ device: 'd', metric: 'cpu.load', provenance: 'derived', label: '' })).not.toContain('label');
    const definition = { name: 'Water flow', unit: 'm3/h', kind: 'counter', digits: 1, range: null } as const;
    expect(openMetricsHead({ metric: 'val/flow', definition })).toBe(
      '# TYPE coldaisle_val_flow_m3_per_h unknown\n# UNIT coldaisle_val_flow_m3_per_h m3_per_h\n# HELP coldaisle_val_flow_m3_per_h Water flow [m3/h]\n',
    );
    expect(openMetricsSeries({ device: 'd', metric: 'val/flow', definition, provenance: 'derived', label: '' })).toBe(
      'coldaisle_val_flow_m3_per_h{device="d",metric="val/flow",provenance="derived"}',
    );
  });
});

describe('parseSample', () => {
  it.each([
    ['a 1 2', 'a', {}, 1, '2'],
    ['a{} -1.5e-3 1.5', 'a', {}, -0.0015, '1.5'],
    ['a:b_c{x="1",y="2"} NaN 3', 'a:b_c', { x: '1', y: '2' }, NaN, '3'],
    ['a{x="q\\"b\\\\n\\n,}"} +Inf 3', 'a', { x: 'q"b\\n\n,}' }, Infinity, '3'],
    ['a{x="1",} 4   1795000000000', 'a', { x: '1' }, 4, '1795000000000'],
    ['a{ x = "1" , y="2" }\t4', 'a', { x: '1', y: '2' }, 4, null],
    ['a_bucket{le="1"} 4 5 # {trace="t"} 0.67 5.1', 'a_bucket', { le: '1' }, 4, '5'],
    ['a 1 # {trace="t"} 0.67', 'a', {}, 1, null],
  ])('%s', (line, name, labels, value, time) => {
    expect(parseSample(line)).toMatchObject({ name, labels: new Map(Object.entries(labels)), value, time });
  });

  it.each([
    ['', 'metric name'],
    ['{x="1"} 1 2', 'metric name'],
    ['1a 1 2', 'metric name'],
    ['a', 'no value'],
    ['a{x="1"}', 'no value'],
    ['a{x=1} 1 2', 'name="value"'],
    ['a{x="1} 1 2', 'has no end'],
    ['a{x="1"y="2"} 1 2', 'commas'],
    ['a{x="1",x="2"} 1 2', 'twice'],
    ['a one 2', '"one" is not a number'],
    ['a 0x10 2', '"0x10" is not a number'],
    ['a 1 noon', '"noon" is not a time'],
    ['a 1 2 3', 'after its time'],
  ])('%s is told apart', (line, problem) => {
    const read = parseSample(line);
    expect(isKeyedMessage(read) ? english(read) : read).toContain(problem);
  });
});
