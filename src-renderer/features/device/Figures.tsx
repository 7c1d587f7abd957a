import { memo, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { toHistory } from '../../app/paths';
import type { DeviceAxis } from '../../data/device-axis';
import { lastHour, openedIn } from '../../data/history-link';
import { mapUnits, STALE_MS } from '../../data/map-metric';
import { isOutlier } from '../../data/siblings';
import { deviationText, groupName } from '../../i18n/deviation-text';
import { metricFigure, metricName, unitText, useTexts, type Texts } from '../../i18n/use-texts';
import { useChanges } from '../../rpc/use-changes';
import { ProvenanceMark } from '../../ui/Provenance';
import { Tooltip } from '../../ui/Tooltip';
import { Unit } from '../../ui/Unit';
import type { Comparison, OwnDeviation } from './deviations';
import { ReasonList } from './ReasonList';

interface FiguresProps {
  readonly axis: DeviceAxis;
  readonly series: readonly Series[];
  /** What its figures are compared with; null where it has too few siblings. */
  readonly comparison: Comparison | null;
}

/** Every series' newest value, and how far it lies from the device's siblings. An old one is marked, a missing one is a dash. */
export function Figures({ axis, series, comparison }: FiguresProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  useChanges(axis);
  const found = comparison?.read();
  return (
    <section className="facts" aria-label={t('device.figures')} data-testid="device-figures">
      <h2>{t('device.figures')}</h2>
      {series.length === 0 ? <p className="facts-empty">{t('device.figures.none')}</p> : null}
      {comparison === null ? null : (
        <p className="figure-siblings">
          {t('device.figures.siblings', { count: comparison.group.members.length, group: groupName(t, comparison.group) })}
        </p>
      )}
      <dl className={`fact-list figure-list${comparison === null ? '' : ' figure-list-compared'}`}>
        {series
          .filter(({ metric }) => !metric.startsWith('gpu.throttled'))
          .map((entry) => {
            const latest = axis.latest(entry.id);
            const own = found?.get(entry.id);
            return (
              <Figure
                key={entry.id}
                texts={texts}
                entry={entry}
                value={latest?.value ?? null}
                staleAtMs={latest !== null && axis.nowMs - latest.atMs > STALE_MS ? latest.atMs : null}
                {...(own ? deviationWords(texts, own) : NO_DEVIATION)}
              />
            );
          })}
      </dl>
    </section>
  );
}

interface DeviationWords {
  /** The difference from the median, with its sign; null = there is none to tell. */
  readonly by: string | null;
  readonly sentence: string;
  readonly isUnlike: boolean;
}

const NO_DEVIATION: DeviationWords = { by: null, sentence: '', isUnlike: false };

function deviationWords(texts: Texts, { metric, deviation }: OwnDeviation): DeviationWords {
  const unit = mapUnits[metric];
  const { format } = texts;
  const difference = Math.round(deviation.value - deviation.median);
  return {
    by: `${difference > 0 ? '+' : difference < 0 ? '−' : '±'}${format.withUnit(format.difference(Math.abs(difference), unit, 0))}`,
    sentence: deviationText(texts, deviation, unit),
    isUnlike: isOutlier(deviation),
  };
}

interface FigureProps extends DeviationWords {
  readonly texts: Texts;
  readonly entry: Series;
  readonly value: number | null;
  /** When an old value was told, ms; null = it is of now. */
  readonly staleAtMs: number | null;
}

/** Most figures are from one second to the next what they were: those are not drawn anew. */
const Figure = memo(function Figure({ texts, entry, value, staleAtMs, by, sentence, isUnlike }: FigureProps): ReactNode {
  const { t, format } = texts;
  const figure = metricFigure(texts, entry, value);
  return (
    <div
      data-metric={entry.metric}
      data-stale={staleAtMs !== null || undefined}
      title={staleAtMs === null ? undefined : t('device.figures.stale', { time: format.dateTime(staleAtMs) })}
    >
      <dt>
        <a href={toHistory(openedIn(lastHour, [entry]))} title={t('history.open')}>
          {metricName(t, entry)}
        </a>
      </dt>
      <dd className="figure-provenance">
        <ProvenanceMark provenance={entry.provenance} />
      </dd>
      <dd className="figure-value">
        {entry.metric === 'gpu.clock.events' ? (
          <ReasonList bits={value} />
        ) : (
          <>
            {figure.text}
            {value === null ? null : <Unit unit={unitText(t, figure.unit)} />}
          </>
        )}
      </dd>
      {by === null ? null : (
        <dd className="figure-deviation" data-outlier={isUnlike || undefined}>
          <Tooltip content={sentence}>{by}</Tooltip>
        </dd>
      )}
    </div>
  );
});
