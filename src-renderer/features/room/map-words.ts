import { throttleLevels, type MapMetric } from '../../data/map-metric';
import type { Texts } from '../../i18n/use-texts';
import type { MapWords } from './map-painter';

export const mapUnits: Readonly<Record<MapMetric, string>> = { load: '%', power: 'W', temperature: '°C', memory: '%', throttle: '' };

/** The words and figures of the map, coloured by a metric. */
export function mapWords({ t, format }: Texts, metric: MapMetric): MapWords {
  const unit = mapUnits[metric];
  const level = (value: number): (typeof throttleLevels)[number] => throttleLevels[value] ?? 'none';
  const figure = (value: number): string => format.withUnit(format.quantity(value, unit, 0));
  return {
    value: (value) => (metric === 'throttle' ? t(`map.throttle.${level(value)}`) : figure(value)),
    short: (value) => (metric !== 'throttle' ? format.number(value, 0) : value === 0 ? '' : t(`map.throttle.${level(value)}.mark`)),
    summary: (value, count) => {
      if (count === 0) return '';
      if (value === null) return format.number(null, 0);
      if (metric === 'throttle') return t('map.throttle.of', { held: value, count });
      // Three figures are as many as fit beside a node's name.
      return metric === 'power' && value >= 1000
        ? `${format.significant(value / format.stepOf(unit, value), 3)} ${format.quantity(value, unit, 0).unit}`
        : figure(value);
    },
    missing: t('map.missing'),
    noSource: t('map.noSource'),
    stale: (value) => t('map.staleValue', { value }),
  };
}
