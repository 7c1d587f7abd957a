import type { ReactNode } from 'react';
import { toShown } from '@shared/model/display-unit';
import { SCALE_STEPS, stepOf } from '../../data/colour-scale';
import { mapUnits, throttleLevels, type MapMetric, type MapScale } from '../../data/map-metric';
import { OUTLIER_SCORE } from '../../data/siblings';
import { useTexts } from '../../i18n/use-texts';
import { SCORE_END } from './map-painter';

interface MapLegendProps {
  readonly metric: MapMetric;
  readonly scale: MapScale;
  /** Whether the scale's ends are known yet. */
  readonly hasValues: boolean;
  /** Whether tiles are coloured by how far they lie from their siblings. */
  readonly deviates: boolean;
  /** Whether some have too few siblings for that. */
  readonly hasLone: boolean;
}

/** What the colours mean: the scale with its ends and unit, and how a missing and an old value look. */
export function MapLegend({ metric, scale, hasValues, deviates, hasLone }: MapLegendProps): ReactNode {
  const { t, format } = useTexts();
  const shown = format.shownUnit(mapUnits[metric]);
  return (
    <div className="map-legend" data-testid="map-legend">
      {metric === 'throttle' ? (
        throttleLevels.map((level, i) => (
          <span key={level} className="map-key">
            <span
              className="map-swatch"
              style={{ background: `color-mix(in srgb, ${at(stepOf(i, 0, throttleLevels.length - 1))})` }}
              aria-hidden
            />
            {t(`map.throttle.${level}`)}
          </span>
        ))
      ) : deviates ? (
        <Ramp
          name="deviation"
          ticks={[-SCORE_END, -OUTLIER_SCORE, 0, OUTLIER_SCORE, SCORE_END]}
          format={(score) => `${score > 0 ? '+' : ''}${format.plain(score)}`}
          unit={t('map.legend.spreads')}
        />
      ) : (
        <Ramp
          name="scale"
          ticks={rampTicks(scale)}
          format={(value) => format.number(hasValues || value === scale.min ? toShown(value, shown) : null, 0)}
          unit={shown.unit}
        />
      )}
      <span className="map-key">
        <span className="map-swatch" data-state="stale" aria-hidden />
        {t('map.legend.stale')}
      </span>
      <span className="map-key">
        <span className="map-swatch" data-state="missing" aria-hidden />
        {t('map.legend.missing')}
      </span>
      {hasLone ? (
        <span className="map-key">
          <span className="map-swatch" data-state="no-siblings" aria-hidden />
          {t('map.legend.noSiblings')}
        </span>
      ) : null}
    </div>
  );
}

const TICKS = 5;

const rampTicks = ({ min, max }: MapScale): number[] => Array.from({ length: TICKS }, (_, i) => min + ((max - min) * i) / (TICKS - 1));

interface RampProps {
  readonly name: 'scale' | 'deviation';
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  readonly unit: string;
}

/** The scale with values under its ends and between them. */
function Ramp({ name, ticks, format, unit }: RampProps): ReactNode {
  return (
    <span className="map-scaled">
      <span className={`map-ramp map-ramp-${name}`}>
        {ticks.map((value) => (
          <span key={value} className="map-tick">
            {format(value)}
          </span>
        ))}
      </span>
      <span className="map-unit">{unit}</span>
    </span>
  );
}

/** The colour of a step as the two stops it lies between. */
function at(step: number): string {
  const position = (step / (SCALE_STEPS - 1)) * 6;
  const low = Math.min(5, Math.floor(position));
  return `var(--scale-${low + 1}), var(--scale-${low + 2}) ${Math.round((position - low) * 100)}%`;
}
