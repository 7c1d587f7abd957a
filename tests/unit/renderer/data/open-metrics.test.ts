import i18next, { type TFunction } from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import type { MetricDefinition } from '@shared/model/metric';
import type { Series } from '@shared/model/series';
import { devicePanes } from '../../../../src-renderer/features/device/panes';
import { historyPanes } from '../../../../src-renderer/features/history/panes';
import { zhCN } from '../../../../src-renderer/i18n/chinese';
import { en } from '../../../../src-renderer/i18n/english';
import { formatFor } from '../../../../src-renderer/i18n/format';
import { metricFigure, metricName, type Texts } from '../../../../src-renderer/i18n/use-texts';

beforeAll(async () => {
  await i18next.init({
    lng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
});
const texts = (language = 'en'): Texts => ({ t: i18next.getFixedT(language) as TFunction, format: formatFor(language) });
let next = 1;
const series = (metric: string, definition?: MetricDefinition): Series => ({
  id: next++,
  device: 'gpu0',
  metric,
  provenance: 'measured',
  label: 'x',
  ...(definition ? { definition } : {}),
});
const flow: MetricDefinition = { name: 'Coolant flow', unit: 'l/min', kind: 'rate', digits: 1, range: null };

it('names a metric in the language where the catalogue knows it, as its source does where not, by its id where nobody does', () => {
  const names = (language: string): string[] =>
    [series('gpu.power'), series('coolant.flow', flow), series('gpu.quantum.flux')].map((entry) => metricName(texts(language).t, entry));
  expect(names('en')).toEqual(['GPU power', 'Coolant flow', 'gpu.quantum.flux']);
  expect(names('zh-CN')).toEqual([zhCN['metric.gpu.power'], 'Coolant flow', 'gpu.quantum.flux']);
});

it('shows figures in the unit that is told, and a number alone where none is', () => {
  const figure = (entry: Series, value: number | null) => metricFigure(texts(), entry, value);
  expect(figure(series('coolant.flow', flow), 12.34)).toEqual({ text: '12.3', unit: 'l/min' });
  expect(figure(series('gpu.quantum.flux'), 0.0012345678)).toEqual({ text: '0.0012346', unit: '' });
  expect(figure(series('gpu.quantum.flux'), 1_234_567)).toEqual({ text: '1,234,567', unit: '' });
  expect(figure(series('gpu.quantum.flux'), null)).toEqual({ text: '—', unit: '' });
});

it('draws them on the history and the device page: by unit where there is one, else each on an axis of its own, without bounds nobody told', () => {
  const chosen = [
    series('coolant.flow', flow),
    series('a'),
    series('b'),
    series('host.processes.load', { ...flow, name: 'Processes', unit: '%' }),
    series('gpu.power'),
  ];
  for (const panes of [historyPanes(texts(), chosen, new Map()), devicePanes(texts(), chosen)]) {
    expect(panes.map(({ title, unit }) => `${title}|${unit}`).sort()).toEqual([
      'Coolant flow|l/min',
      'GPU power|W',
      'Processes|%',
      'a|',
      'b|',
    ]);
    expect(panes.find(({ unit }) => unit === '%')?.bounds).toBeUndefined();
    expect(panes.find(({ id }) => id === 'a')?.floor).toBe('fit');
    expect(panes.find(({ unit }) => unit === 'W')?.floor).toBe('zero');
  }
});
