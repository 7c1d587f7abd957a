import { memo, type ReactNode } from 'react';
import { metricDef } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { HistoryAnswer } from '../../data/history-loader';
import { statistics } from '../../data/history-view';
import type { TimeSpan } from '../../data/time-window';
import { metricFigure, useTexts } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import { deviceName } from './panes';

interface StatisticsTableProps {
  readonly chosen: readonly Series[];
  readonly answer: HistoryAnswer | null;
  readonly span: TimeSpan;
  readonly currency: string;
}

/** The shown span in figures, one line a series. */
export const StatisticsTable = memo(function StatisticsTable({ chosen, answer, span, currency }: StatisticsTableProps): ReactNode {
  const { t } = useTexts();
  return (
    <table className="table stats-table" data-testid="history-statistics">
      <thead>
        <tr>
          <th scope="col">{t('history.stats.series')}</th>
          <th scope="col">{t('history.stats.device')}</th>
          <th scope="col" className="num">
            {t('history.stats.min')}
          </th>
          <th scope="col" className="num">
            {t('history.stats.mean')}
          </th>
          <th scope="col" className="num">
            {t('history.stats.max')}
          </th>
          <th scope="col" className="num">
            {t('history.stats.last')}
          </th>
          <th scope="col">{t('history.stats.provenance')}</th>
        </tr>
      </thead>
      <tbody>
        {chosen.map((series) => (
          <Row key={series.id} series={series} answer={answer} span={span} currency={currency} />
        ))}
      </tbody>
    </table>
  );
});

/** A row is a component of its own, so that a table of hundreds is drawn piece by piece. */
function Row({ series, answer, span, currency }: Omit<StatisticsTableProps, 'chosen'> & { readonly series: Series }): ReactNode {
  const texts = useTexts();
  const stats = answer ? statistics(answer, series.id, span) : { min: null, mean: null, max: null, last: null };
  return (
    <tr>
      <th scope="row">{texts.t(`metric.${series.metric}`)}</th>
      <td className="stats-device" title={series.label}>
        {series.label.toLowerCase() === series.device ? null : `${series.label} `}
        <span className="stats-id">{deviceName(series)}</span>
      </td>
      {(['min', 'mean', 'max', 'last'] as const).map((key) => {
        const figure = metricFigure(texts, series.metric, stats[key], currency);
        return (
          <td key={key} className="num">
            {figure.text}
            {stats[key] === null || metricDef(series.metric).unit === '1' ? null : <span className="quantity-unit">{figure.unit}</span>}
          </td>
        );
      })}
      <td>
        <ProvenanceBadge provenance={series.provenance} />
      </td>
    </tr>
  );
}
