import { memo, useMemo, type ReactNode } from 'react';
import { metricOf } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import type { HistoryAnswer } from '../../data/history-loader';
import { statistics, type SeriesStatistics } from '../../data/history-view';
import { metricFigure, metricName, useTexts, type Texts } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import type { DataColumn } from '../../ui/table/columns';
import { DataTable } from '../../ui/table/DataTable';
import { Unit } from '../../ui/Unit';
import { deviceName } from './panes';

interface StatisticsTableProps {
  readonly chosen: readonly Series[];
  readonly answer: HistoryAnswer | null;
  readonly span: TimeRange;
}

interface StatisticsRow {
  readonly series: Series;
  /** Worked out when it is first drawn, sorted by or saved: of hundreds of series some dozens are in sight. */
  readonly statistics: () => SeriesStatistics;
}

const nothing: SeriesStatistics = { min: null, mean: null, max: null, last: null };
const figures = ['min', 'mean', 'max', 'last'] as const;
const idOf = ({ series }: StatisticsRow): string => String(series.id);

/** The shown span in figures, one line a series. */
export const StatisticsTable = memo(function StatisticsTable({ chosen, answer, span }: StatisticsTableProps): ReactNode {
  const texts = useTexts();
  const columns = useMemo(() => columnsOf(texts), [texts]);
  const rows = useMemo(
    () =>
      chosen.map((series): StatisticsRow => {
        let cached: SeriesStatistics | null = null;
        return { series, statistics: () => (cached ??= answer ? statistics(answer, series.id, span) : nothing) };
      }),
    [chosen, answer, span],
  );
  const label = texts.t('history.stats.title');
  return (
    <DataTable
      id="statistics"
      label={label}
      lead={<h2 className="stats-title">{label}</h2>}
      fills
      isDense
      columns={columns}
      rows={rows}
      rowId={idOf}
      className="history-stats"
      testId="history-statistics"
    />
  );
});

function columnsOf(texts: Texts): DataColumn<StatisticsRow>[] {
  const { t } = texts;
  return [
    { id: 'series', name: t('history.stats.series'), role: 'head', value: ({ series }) => metricName(t, series) },
    {
      id: 'device',
      name: t('history.stats.device'),
      grows: true,
      value: ({ series }) => `${nameBeside(series)}${deviceName(series)}`,
      title: ({ series }) => series.label,
      cell: ({ series }) => (
        <>
          {nameBeside(series)}
          <span className="stats-id">{deviceName(series)}</span>
        </>
      ),
    },
    ...figures.map((figure): DataColumn<StatisticsRow> => ({
      id: figure,
      name: t(`history.stats.${figure}`),
      isNumber: true,
      value: (row) => row.statistics()[figure],
      text: (row) => metricFigure(texts, row.series, row.statistics()[figure]).text,
      widest: '00,000.0 kWh',
      cell: (row) => <StatisticsFigure texts={texts} row={row} figure={figure} />,
    })),
    { id: 'unit', name: t('history.stats.unit'), isFileOnly: true, value: ({ series }) => metricOf(series).unit },
    {
      id: 'provenance',
      name: t('history.stats.provenance'),
      value: ({ series }) => t(`provenance.${series.provenance}`),
      cell: ({ series }) => <ProvenanceBadge provenance={series.provenance} />,
    },
  ];
}

/** What is called as its id is named once. */
function nameBeside({ label, device }: Series): string {
  return label.toLowerCase() === device ? '' : `${label} `;
}

interface StatisticsFigureProps {
  readonly texts: Texts;
  readonly row: StatisticsRow;
  readonly figure: (typeof figures)[number];
}

function StatisticsFigure({ texts, row: { series, statistics: of }, figure }: StatisticsFigureProps): ReactNode {
  const value = of()[figure];
  const { text, unit } = metricFigure(texts, series, value);
  return (
    <>
      {text}
      {value === null || metricOf(series).unit === '1' ? null : <Unit unit={unit} />}
    </>
  );
}
