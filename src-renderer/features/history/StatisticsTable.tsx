import { memo, type ReactNode } from 'react';
import { metricOf } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import type { HistoryAnswer } from '../../data/history-loader';
import { statistics } from '../../data/history-view';
import { metricFigure, metricName, useTexts } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import { Unit } from '../../ui/Unit';
import { useVisibleRows } from '../../ui/use-visible-rows';
import { deviceName } from './panes';

interface StatisticsTableProps {
  readonly chosen: readonly Series[];
  readonly answer: HistoryAnswer | null;
  readonly span: TimeRange;
}

/** So many rows are simply drawn; of more, those in sight. */
const ALL_ROWS = 32;
/** As history.css has it, px. */
const ROW_PX = 27;
/** What is guessed of the table's height until it is there, px. */
const HEIGHT_PX = 280;

/** The shown span in figures, one line a series. */
export const StatisticsTable = memo(function StatisticsTable({ chosen, answer, span }: StatisticsTableProps): ReactNode {
  const { t } = useTexts();
  const { scroller, ...visible } = useVisibleRows(chosen.length, ROW_PX, HEIGHT_PX);
  const long = chosen.length > ALL_ROWS;
  const { from, to } = long ? visible : { from: 0, to: chosen.length };
  return (
    <div className="history-stats" ref={scroller}>
      <table
        className={long ? 'table stats-table stats-long' : 'table stats-table'}
        data-testid="history-statistics"
        aria-rowcount={chosen.length + 1}
      >
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
          <Rest rows={from} />
          {chosen.slice(from, to).map((series, i) => (
            <Row key={series.id} index={from + i + 2} series={series} answer={answer} span={span} />
          ))}
          <Rest rows={chosen.length - to} />
        </tbody>
      </table>
    </div>
  );
});

/** The room of rows that are not in sight. */
function Rest({ rows }: { readonly rows: number }): ReactNode {
  return rows > 0 ? <tr aria-hidden style={{ height: rows * ROW_PX }} /> : null;
}

interface RowProps extends Omit<StatisticsTableProps, 'chosen'> {
  readonly series: Series;
  /** Where it stands in the whole table, which may hold more rows than are drawn. */
  readonly index: number;
}

/** A row is a component of its own, so that a long table is drawn piece by piece. */
function Row({ series, index, answer, span }: RowProps): ReactNode {
  const texts = useTexts();
  const stats = answer ? statistics(answer, series.id, span) : { min: null, mean: null, max: null, last: null };
  return (
    <tr aria-rowindex={index}>
      <th scope="row">{metricName(texts.t, series)}</th>
      <td className="stats-device" title={series.label}>
        {series.label.toLowerCase() === series.device ? null : `${series.label} `}
        <span className="stats-id">{deviceName(series)}</span>
      </td>
      {(['min', 'mean', 'max', 'last'] as const).map((key) => {
        const figure = metricFigure(texts, series, stats[key]);
        return (
          <td key={key} className="num">
            {figure.text}
            {stats[key] === null || metricOf(series).unit === '1' ? null : <Unit unit={figure.unit} />}
          </td>
        );
      })}
      <td>
        <ProvenanceBadge provenance={series.provenance} />
      </td>
    </tr>
  );
}
