import { useSyncExternalStore } from 'react';
import i18next, { type TFunction } from 'i18next';
import { currencyOfCostRate } from '@shared/model/cost-rate';
import type { TemperatureUnit } from '@shared/model/display-unit';
import { isMetricId, metricOf } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import { formatFor, type Figure, type Format } from './format';
import type { ClockZone } from './moments';

export type Translate = TFunction;

export interface Texts {
  readonly t: Translate;
  readonly format: Format;
}

/** The texts and formats of the language, the clock and the units in force; a component that uses it is drawn anew when one changes. */
export function useTexts(): Texts {
  return useSyncExternalStore(onChange, currentTexts, currentTexts);
}

/** One object a language, for all components: a table of hundreds of rows asks hundreds of times. */
let texts: (Texts & { readonly language: string }) | null = null;
/** Which clock all times are shown and read by, and in what temperatures are. */
interface Measures {
  readonly zone: ClockZone;
  readonly temperature: TemperatureUnit;
}
let measures: Measures = { zone: 'local', temperature: 'celsius' };
const measureListeners = new Set<() => void>();

/** The same outside of components, for what asks anew each time. */
export function currentTexts(): Texts {
  const { language } = i18next;
  const { zone, temperature } = measures;
  if (texts?.language !== language || texts.format.zone !== zone || texts.format.temperature !== temperature)
    texts = { language, t: remembering(i18next.getFixedT(language)), format: formatFor(language, zone, temperature) };
  return texts;
}

/**
 * Most texts have nothing filled in and are asked for at every drawing, on a live page hundreds of times a second; i18next
 * puts each together anew.
 */
function remembering(translate: Translate): Translate {
  const resolved = new Map<string, unknown>();
  return new Proxy(translate, {
    apply(target, self, words: readonly unknown[]): unknown {
      const [key] = words;
      if (words.length !== 1 || typeof key !== 'string') return Reflect.apply(target, self, words);
      if (!resolved.has(key)) resolved.set(key, Reflect.apply(target, self, words));
      return resolved.get(key);
    },
  });
}

export function setMeasures({ zone, temperature }: Measures): void {
  if (zone === measures.zone && temperature === measures.temperature) return;
  measures = { zone, temperature };
  for (const listener of [...measureListeners]) listener();
}

function onChange(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  measureListeners.add(listener);
  return () => {
    i18next.off('languageChanged', listener);
    measureListeners.delete(listener);
  };
}

type MetricOfSeries = Pick<Series, 'metric' | 'definition'>;

/** What a series measures: in the window's language where the catalogue knows it, else as its source called it. */
export function metricName(t: Translate, series: MetricOfSeries): string {
  if (isMetricId(series.metric)) return t(`metric.${series.metric}`);
  const currency = currencyOfCostRate(series.metric);
  return currency === null ? metricOf(series).name : t('metric.costRateIn', { currency });
}

/** Whether metrics of this unit have nothing in common (a loss and a load average): each wants an axis of its own. */
export function isOwnUnit(unit: string): boolean {
  return unit === '1' || unit === '';
}

/** A metric's unit as shown: translated where it is a word. */
export function unitText(t: Translate, unit: string): string {
  if (unit === '1') return '';
  if (unit === 'samples/s') return t('unit.samplesPerSecond');
  return unit;
}

/** A value of a series with its unit, as its metric is shown. */
export function metricFigure({ t, format }: Texts, series: MetricOfSeries, value: number | null): Figure {
  const def = metricOf(series);
  const figure = format.quantity(value, def.unit, def.digits);
  return { text: figure.text, unit: def.unit === 'samples/s' ? t('unit.samplesPerSecond') : figure.unit };
}
