import type { ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import type { DeviceAxis } from '../../data/device-axis';
import { STALE_MS } from '../../data/map-metric';
import { metricFigure, metricName, unitText, useTexts } from '../../i18n/use-texts';
import { ProvenanceMark } from '../../ui/Provenance';
import { Unit } from '../../ui/Unit';
import { ReasonList } from './ReasonList';
import { useChanges } from '../../rpc/use-changes';

/** Every series' newest value. An old one is marked, a missing one is a dash. */
export function Figures({ axis, series }: { readonly axis: DeviceAxis; readonly series: readonly Series[] }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  useChanges(axis);
  return (
    <section className="facts" aria-label={t('device.figures')} data-testid="device-figures">
      <h2>{t('device.figures')}</h2>
      {series.length === 0 ? <p className="facts-empty">{t('device.figures.none')}</p> : null}
      <dl className="fact-list figure-list">
        {series
          .filter(({ metric }) => !metric.startsWith('gpu.throttled'))
          .map((entry) => {
            const latest = axis.latest(entry.id);
            const stale = latest !== null && axis.nowMs - latest.atMs > STALE_MS;
            const figure = metricFigure(texts, entry, latest?.value ?? null);
            return (
              <div
                key={entry.id}
                data-metric={entry.metric}
                data-stale={stale || undefined}
                title={stale ? t('device.figures.stale', { time: format.dateTime(latest.atMs) }) : undefined}
              >
                <dt>{metricName(t, entry)}</dt>
                <dd className="figure-provenance">
                  <ProvenanceMark provenance={entry.provenance} />
                </dd>
                <dd>
                  {entry.metric === 'gpu.clock.events' ? (
                    <ReasonList bits={latest?.value ?? null} />
                  ) : (
                    <>
                      {figure.text}
                      {latest === null || latest.value === null ? null : <Unit unit={unitText(t, figure.unit)} />}
                    </>
                  )}
                </dd>
              </div>
            );
          })}
      </dl>
    </section>
  );
}
