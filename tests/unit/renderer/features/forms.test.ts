import { describe, expect, it } from 'vitest';
import { ParamSpec } from '@shared/model/param';
import { paramsOf } from '@shared/studio/recipe-params';
import { shippedParams, shippedRecipe } from '../../../helpers/training-sources';
import { coolingStart, defaultSettings, SettingsPatch } from '@shared/model/settings';
import { message } from '@shared/text/message';
import { prometheusKind } from '../../../../src-main/core/telemetry/collectors/prometheus';
import { runDurationMs } from '@shared/model/run-duration';
import { groupSeries } from '../../../../src-renderer/features/history/groups';
import { presetSpan } from '../../../../src-renderer/features/history/ranges';
import { defaultAt, patchWith, sourceOf } from '../../../../src-renderer/features/settings/paths';
import { Format } from '../../../../src-renderer/i18n/format';
import { fieldsOf, readFields, steppedText } from '../../../../src-renderer/forms/params';
import { epochMarks, progressOf, scalarText } from '../../../../src-renderer/features/training/run-figures';
import type { Run } from '@shared/model/run';
import type { MetricId } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import { recordedRun } from '../../../helpers/recorded-run';

const en = new Format('en');

describe('the start form', () => {
  const specs = paramsOf(shippedRecipe('mnist-mlp'));
  const fields = fieldsOf(specs, en);

  it('starts from defaults that are in order', () => {
    expect(readFields(specs, fields, en)).toEqual({ params: shippedParams('mnist-mlp'), secrets: {}, refusals: {} });
  });

  it.each([
    ['epochs', '0', message('message.param.min', { limit: 1 })],
    ['epochs', '1001', message('message.param.max', { limit: 1000 })],
    ['batchSize', '1.5', message('message.param.integer')],
    ['learningRate', '0', message('message.param.above', { limit: 0 })],
    ['learningRate', 'abc', message('message.param.number')],
    ['validationSplit', '0.95', message('message.param.max', { limit: 0.9 })],
    ['seed', '', message('message.param.needed')],
  ])('refuses %s = %j and says why', (param, text, refusal) => {
    const check = readFields(
      specs,
      fields.map((field, i) => (specs[i]?.name === param ? { text, kept: '' } : field)),
      en,
    );
    expect(check.params).toBeNull();
    expect(check.refusals).toEqual({ [param]: refusal });
  });
});

describe('a form of a feed', () => {
  const specs = prometheusKind.params;
  const typed = (given: Record<string, string>, kept: Record<string, string> = {}) =>
    fieldsOf(specs, en).map((field, i) => ({ text: given[specs[i]!.name] ?? field.text, kept: kept[specs[i]!.name] ?? '' }));
  const address = { url: 'http://node-07:9400/metrics' };

  it('asks for a secret only where one signs in, and keeps what was typed apart from the settings', () => {
    expect(readFields(specs, typed(address), en).params).toMatchObject({ ...address, auth: 'none', token: null, user: null });
    expect(readFields(specs, typed({ ...address, auth: 'bearer' }), en).refusals).toEqual({ token: message('message.param.needed') });
    const read = readFields(specs, typed({ ...address, auth: 'bearer', token: ' hunter22' }), en);
    expect(read.secrets).toEqual({ token: ' hunter22' });
    expect(JSON.stringify(read.params)).not.toContain('hunter22');
  });

  it('takes one that is kept by its id, whatever was typed before', () => {
    const read = readFields(specs, typed({ ...address, auth: 'bearer', token: 'hunter22' }, { token: 'rack-3' }), en);
    expect(read).toMatchObject({ params: { token: 'rack-3' }, secrets: {} });
  });

  it('refuses what cannot be left out of a log, and fits its words to the field', () => {
    const { refusals } = readFields(specs, typed({ url: 'node-07:9400', everyS: '0', auth: 'bearer', token: 'abc' }), en);
    expect(refusals).toEqual({
      url: message('message.param.url', { example: 'http://host:port/path' }),
      everyS: message('message.param.min', { limit: 1 }),
      token: message('message.secrets.short', { least: 4 }),
    });
  });

  it('reads a list one a line or between commas, and shows it so again', () => {
    const { params } = readFields(specs, typed({ ...address, metrics: 'node_load*, up' }), en);
    expect(params?.['metrics']).toEqual(['node_load*', 'up']);
    expect(fieldsOf(specs, en, params ?? {}).at(-1)?.text).toBe('node_load*\nup');
  });
});

describe('the arrow keys in a field', () => {
  const rate = ParamSpec.parse({ name: 'rate', label: 'Rate', type: 'number', above: 0, max: 1, step: 0.1, default: 0.5 });

  it.each([
    ['0.5', 1, '0.6'],
    ['1,5', -1, null],
    ['0.95', 1, '1'],
    ['', 1, '0.1'],
    ['0.1', -1, null],
    ['fast', 1, null],
  ] as const)('move %j by %j steps to %j', (text, by, moved) => {
    expect(steppedText(rate, text, by, en)).toBe(moved);
  });
});

describe('a scalar of a run', () => {
  it.each([
    ['val/loss', 0.5, '0.5000'],
    ['optimizer/learning_rate', 0.00001, '0.00001000'],
    ['tokens', 12_345, '12,345'],
    ['grad/norm', null, '—'],
    ['latency', 12.3456, '12.3'],
  ])('%s %j is shown as %s', (name, value, text) => {
    expect(scalarText(en, name, value, { latency: { unit: 'ms', digits: 1 } })).toBe(text);
  });
});

describe('a change of settings', () => {
  it('carries its whole section and passes the core’s schema', () => {
    const { patch } = patchWith(defaultSettings, ['facility', 'ups', 'a0'], 3);
    expect(patch).toEqual({ facility: { ...defaultSettings.facility, ups: { ...defaultSettings.facility.ups, a0: 3 } } });
    expect(SettingsPatch.safeParse(patch).success).toBe(true);
  });

  it('reaches one entry of a list and leaves the others as they are', () => {
    const path = ['retention', 'rollupDays', '2'] as const;
    expect(patchWith(defaultSettings, path, 400).patch).toEqual({
      retention: { ...defaultSettings.retention, rollupDays: [3650, 3650, 400, 3650] },
    });
    expect(patchWith(defaultSettings, path, 0).refusal?.key).toBe('above');
    expect(defaultAt(path)).toBe(3650);
    expect(sourceOf(path)).toBeNull();
  });

  it.each([
    [['tariff', 'pricePerKwh'], -1, 'min'],
    [['tariff', 'pricePerKwh'], null, 'number'],
    [['tariff', 'currency'], 'eu', 'currency'],
    [['facility', 'ratedItPowerW'], 0, 'above'],
    [['facility', 'fansPercent'], 101, 'max'],
    [['host', 'cpuIdleW'], 6000, 'max'],
  ] as const)('to %j = %j is refused', (path, value, key) => {
    expect(patchWith(defaultSettings, path, value).refusal?.key).toBe(key);
  });

  it('takes an empty field for automatic where the schema does', () => {
    expect(patchWith(defaultSettings, ['facility', 'ratedItPowerW'], null).refusal).toBeNull();
  });

  it('knows each default and where it comes from', () => {
    expect(sourceOf(['tariff', 'pricePerKwh'])).toBe('hennessy-patterson');
    expect(sourceOf(['facility', 'pdu', 'a2'])).toBe('schneider-wp113');
    expect(sourceOf(['facility', 'cooling', 'outdoorDryBulbC'])).toBe('carnot');
    expect(sourceOf(['facility', 'fansPercent'])).toBe('assumption');
    expect(sourceOf(['host', 'cpuMaxW'])).toBe('automatic');
    expect(sourceOf(['ui', 'theme'])).toBeNull();
  });

  it('of the cooling model starts from values that are in order', () => {
    for (const [mode, cooling] of Object.entries(coolingStart)) {
      expect(cooling.mode).toBe(mode);
      expect(SettingsPatch.safeParse({ facility: { ...defaultSettings.facility, cooling } }).success).toBe(true);
    }
    expect(defaultAt(['facility', 'cooling', 'cop'])).toBe(4);
  });
});

describe('history', () => {
  let nextId = 1;
  const of = (device: string, label: string, ...metrics: MetricId[]): Series[] =>
    metrics.map((metric) => ({ id: nextId++, device, label, metric, provenance: 'measured' }));
  const series = [
    ...of('host', 'Host', 'cpu.load', 'memory.used', 'host.base.power', 'it.power'),
    ...of('cpu0', 'AMD EPYC 7763', 'cpu.frequency', 'cpu.power', 'cpu.temperature'),
    ...of('disk/nvme0n1', 'Samsung SSD 990 PRO 2TB', 'disk.read', 'disk.write'),
    ...of('net/eth0', 'eth0', 'network.receive', 'network.transmit'),
    ...of('sensor/Composite', 'nvme Composite', 'sensor.temperature'),
    ...[0, 1, 2, 3].flatMap((i) => of(`gpu${i}`, 'NVIDIA H100 80GB HBM3', 'gpu.load', 'gpu.power', 'gpu.temperature')),
    ...of('room', 'Room', 'facility.power', 'facility.power_ratio', 'cost.rate', 'co2e.rate'),
  ];
  const text = (entry: (typeof series)[number]): string => `${entry.metric} ${entry.device} ${entry.label}`;
  const order = { compare: en.compare, nameOf: ({ metric }: { readonly metric: string }) => metric };

  it('groups every series under one heading', () => {
    const groups = groupSeries(series, '', text, order);
    expect(groups.flatMap((group) => group.series)).toHaveLength(series.length);
    expect(groups.map((group) => group.id)).toEqual(['room', 'cpu', 'gpu', 'sensor', 'disk', 'network']);
  });

  it('finds by all words of a search', () => {
    expect(groupSeries(series, 'H100 power gpu3', text, order).flatMap((group) => group.series.map((entry) => entry.device))).toEqual([
      'gpu3',
    ]);
    expect(groupSeries(series, 'nothing like it', text, order)).toEqual([]);
  });

  it('has ranges that end now', () => {
    const at = Date.UTC(2026, 10, 23);
    expect(presetSpan('24h', at)).toEqual({ fromMs: at - 86_400_000, toMs: at });
  });
});

describe('a run in figures', () => {
  const running = (step: number): Run => recordedRun('r1', 1_700_000_000_000, 'running', step);

  it('has no share before its plan is known', () => expect(progressOf(running(0))).toBeNull());
  it('is half way at half its batches', () => expect(progressOf(running(500))).toBe(0.5));
  it('is whole when it succeeded', () => expect(progressOf(recordedRun('r1', 1_700_000_000_000, 'succeeded'))).toBe(1));
  it('lasts until now, or until it ended', () => {
    const begun = running(400);
    expect(runDurationMs(begun, begun.startedAtMs! + 7000)).toBe(7000);
    expect(runDurationMs({ ...begun, startedAtMs: null }, 5)).toBeNull();
    // A clock that was set back in it: its end is before its start, and it took what it was billed for.
    const energy = { spanMs: 1_800_000 };
    expect(runDurationMs({ startedAtMs: 5_000_000, endedAtMs: 3_200_000, energy }, 0)).toBe(1_800_000);
    expect(runDurationMs({ startedAtMs: 5_000_000, endedAtMs: null, energy }, 3_200_000)).toBe(1_800_000);
    expect(runDurationMs({ startedAtMs: 5_000_000, endedAtMs: 3_200_000, energy: null }, 0)).toBe(0);
  });
  it('marks the ends of its epochs', () => expect(epochMarks(running(400))).toEqual([0.2, 0.4, 0.6, 0.8]));
});
