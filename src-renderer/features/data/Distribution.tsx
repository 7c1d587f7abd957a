import { useMemo, type ReactNode } from 'react';
import type { DatasetColumn } from '@shared/model/dataset';
import type { ColumnStatistics } from '@shared/model/dataset-profile';
import { EChart } from '../../charts/echart/EChart';
import { pictureTable, type PictureTable } from '../../charts/echart/picture-table';
import type { DrawPicture } from '../../charts/echart/types';
import { useTexts, type Texts } from '../../i18n/use-texts';
import styles from './data.module.css';

interface Bar {
  readonly name: string;
  readonly count: number;
}

/** How often which values are: numbers by ranges of equal width, words by how frequent they are. */
export function Distribution({ column, found }: { readonly column: DatasetColumn; readonly found: ColumnStatistics }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const bars = useMemo(() => barsOf(texts, column, found), [texts, column, found]);
  // Of an image each pixel counts, not each row.
  const counted = t(found.kind === 'elements' ? 'data.values' : 'data.column.rows');
  const draw = useMemo(() => picture(texts, bars, counted), [texts, bars, counted]);
  const table = useMemo(() => tableOf(texts, bars, counted), [texts, bars, counted]);
  if (bars.length === 0) return null;
  return (
    <div className={styles['picture']}>
      <EChart
        title={t('data.distribution', { column: column.name })}
        unit={column.unit}
        draw={draw}
        table={table}
        fileName="coldaisle-distribution"
        testId="data-distribution"
      />
    </div>
  );
}

function barsOf({ format }: Texts, { type }: DatasetColumn, found: ColumnStatistics): readonly Bar[] {
  if (found.kind === 'words') return found.top.map(({ value, count }) => ({ name: value, count }));
  const edge = (value: number): string => (type === 'time' ? format.shortDateTime(value) : format.significant(value, 3));
  const { edges, counts } = found.histogram;
  return counts.map((count, i) => ({ name: edge(edges[i] ?? NaN), count }));
}

function picture({ format }: Texts, bars: readonly Bar[], counted: string): DrawPicture {
  return (theme) => {
    const text = { color: theme.text, fontFamily: theme.font, fontSize: theme.fontSize };
    const line = { lineStyle: { color: theme.line } };
    return {
      animation: false,
      grid: { left: 64, right: 24, top: 24, bottom: 64 },
      xAxis: {
        type: 'category',
        data: bars.map(({ name }) => name),
        axisLabel: { ...text, hideOverlap: true, width: 96, overflow: 'truncate' },
        axisLine: line,
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        name: counted,
        nameTextStyle: text,
        axisLabel: { ...text, formatter: (count: number) => format.number(count, 0) },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      series: [
        {
          id: 'rows',
          type: 'bar',
          barCategoryGap: '8%',
          data: bars.map(({ count }) => count),
          itemStyle: { color: theme.series[1] },
          silent: true,
        },
      ],
    };
  };
}

function tableOf({ t, format }: Texts, bars: readonly Bar[], counted: string): PictureTable {
  return pictureTable({
    id: 'data-distribution',
    rows: bars,
    rowId: (_, place) => String(place),
    columns: [
      { id: 'value', name: t('data.value'), role: 'head', value: ({ name }) => name },
      {
        id: 'rows',
        name: counted,
        isNumber: true,
        value: ({ count }) => count,
        text: ({ count }) => format.number(count, 0),
      },
    ],
  });
}
