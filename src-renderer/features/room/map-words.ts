import { toShown } from '@shared/model/display-unit';
import { mapUnits, throttleLevels, type MapMetric } from '../../data/map-metric';
import { deviationText } from '../../i18n/deviation-text';
import type { Texts } from '../../i18n/use-texts';
import type { MapWords } from './map-painter';

/** Two digits and a sign are as many as fit a tile. */
const SCORE_MOST = 99;

/** The words and figures of the map, coloured by a metric. */
export function mapWords({ t, format }: Texts, metric: MapMetric): MapWords {
  const unit = mapUnits[metric];
  const level = (value: number): (typeof throttleLevels)[number] => throttleLevels[value] ?? 'none';
  const figure = (value: number): string => format.withUnit(format.quantity(value, unit, 0));
  // A tile's number stands alone: without a prefix, in the unit of the legend.
  const bare = (value: number): string => format.number(toShown(value, format.shownUnit(unit)), 0);
  return {
    value: (value) => (metric === 'throttle' ? t(`map.throttle.${level(value)}`) : figure(value)),
    short: (value) => (metric !== 'throttle' ? bare(value) : value === 0 ? '' : t(`map.throttle.${level(value)}.mark`)),
    summary: (value, count) => {
      if (count === 0) return '';
      if (value === null) return format.number(null, 0);
      if (metric === 'throttle') return t('map.throttle.of', { held: value, count });
      // Three figures are as many as fit beside a node's name.
      return metric === 'power' && value >= 1000
        ? `${format.significant(value / format.tickUnit(unit, value).factor, 3)} ${format.quantity(value, unit, 0).unit}`
        : figure(value);
    },
    missing: t('map.missing'),
    noSource: t('map.noSource'),
    stale: (value) => t('map.staleValue', { value }),
    deviation: (deviation) => deviationText({ t, format }, deviation, unit),
    noSiblings: (value) => t('map.deviation.none', { value }),
    score: (score) => `${score > 0 ? '+' : ''}${format.number(Math.max(-SCORE_MOST, Math.min(SCORE_MOST, score)), 0)}`,
    outliers: (count) => (count === 0 ? '' : t('map.outliers', { count })),
  };
}
