import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { metricDef, type MetricId } from '@shared/model/metrics';
import { formatFor, type Figure, type Format } from './format';

export type Translate = TFunction;

export interface Texts {
  readonly t: Translate;
  readonly format: Format;
}

/** The texts and formats of the language in force; a component that uses it is drawn anew when the language changes. */
export function useTexts(): Texts {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(() => ({ t, format: formatFor(language) }), [t, language]);
}

/** A metric's unit as shown: translated where it is a word. */
export function unitText(t: Translate, unit: string, currency: string): string {
  if (unit === '1') return '';
  if (unit === 'samples/s') return t('unit.samplesPerSecond');
  return unit.replace(/^cur/, currency);
}

/** A metric's value with its unit, as the catalogue says it is shown. */
export function metricFigure({ t, format }: Texts, metric: MetricId, value: number | null, currency: string): Figure {
  const def = metricDef(metric);
  const figure = format.quantity(value, def.unit, def.digits, currency);
  return { text: figure.text, unit: def.unit === 'samples/s' ? t('unit.samplesPerSecond') : figure.unit };
}
