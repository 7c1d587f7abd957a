import { expect, it } from 'vitest';
import type { PueFigures } from '@shared/model/pue';
import { quantity, withheld } from '@shared/model/provenance';
import type { ChartTheme } from '../../../../src-renderer/charts/theme';
import { pueCurve } from '../../../../src-renderer/features/energy/pue-curve';
import { Format } from '../../../../src-renderer/i18n/format';
import type { Texts } from '../../../../src-renderer/i18n/use-texts';

const DAY = 86_400_000;
const texts = { t: (key: string) => key, format: new Format('en', 'utc') } as unknown as Texts;
const theme = { series: {} } as unknown as ChartTheme;
const day = (at: number, pue: number | null, isMetered: boolean): PueFigures =>
  ({
    fromMs: at * DAY,
    toMs: (at + 1) * DAY,
    pue: pue === null ? withheld('1', 'low-coverage') : quantity(pue, '1', 'derived'),
    isMetered,
  }) as PueFigures;

it('draws what is modelled and what is metered apart, leaves out what is withheld, and marks where the one follows the other', () => {
  const stretches = [day(0, 1.6, false), day(1, 1.55, false), day(2, 1.4, true), day(3, null, true), day(4, 1.42, true)];
  const { series, yAxis } = pueCurve(texts, stretches, 'day', [{ atMs: 2 * DAY, to: 'pue2' }])(theme, { width: 600, height: 300 });
  const of = (id: string): unknown => (series as { id: string; data: unknown }[]).find((own) => own.id === id)?.data;
  expect(of('metered')).toEqual([null, null, 1.4, null, 1.42]);
  expect(of('modelled')).toEqual([1.6, 1.55, null, null, null]);
  const { min, max } = yAxis as { min: number; max: number };
  expect(of('switch 2')).toEqual([
    [2, min],
    [2, max],
  ]);
  expect(min).toBeGreaterThanOrEqual(1);
  expect(min).toBeLessThan(1.4);
  expect(max).toBeGreaterThan(1.6);
});

it('has no mark where all is of one kind', () => {
  const { series } = pueCurve(texts, [day(0, 1.4, true), day(1, 1.42, true)], 'day', [])(theme, { width: 600, height: 300 });
  expect((series as { id: string }[]).map(({ id }) => id)).toEqual(['metered', 'modelled']);
});
