import type { DatasetVersion } from '@shared/model/dataset';
import type { ColumnStatistics, DataProfile } from '@shared/model/dataset-profile';
import { english } from '@shared/text/message';
import { formatNumber, formatTable } from './format';

const NO_VALUE = '—';
/** Most frequent values that a line has. */
const SHOWN = 5;

/** Statistics of each column, then what speaks against the data, as lines. */
export function dataStatistics(
  { columns }: DatasetVersion,
  { columns: statistics, duplicates, warnings }: DataProfile,
  width: number,
): string[] {
  const right = 'right' as const;
  const head = [
    { title: 'Column' },
    { title: 'Minimum', align: right },
    { title: 'Median', align: right },
    { title: 'Mean', align: right },
    { title: 'Maximum', align: right },
    { title: 'Std. deviation', align: right },
    { title: 'Outliers', align: right },
    { title: 'Distinct', align: right },
    { title: 'Most frequent' },
  ];
  const rows = columns.map(({ name, type }, i) => [name, ...cells(statistics[i] ?? null, type === 'time')]);
  return [
    '',
    ...formatTable(head, rows, width),
    '',
    duplicates === 0 ? 'No row repeats another.' : `${duplicates.toLocaleString('en-US')} rows repeat an earlier one.`,
    ...warnings.map((warning) => `Warning: ${english(warning)}`),
  ];
}

function cells(found: ColumnStatistics | null, isTime: boolean): string[] {
  if (found === null) return Array.from({ length: 8 }, () => NO_VALUE);
  const number = (value: number | null): string => (value === null ? NO_VALUE : formatNumber(value));
  const moment = (value: number): string => (isTime ? new Date(value).toISOString().slice(0, 19) : number(value));
  if (found.kind === 'words') {
    const top = found.top
      .slice(0, SHOWN)
      .map(({ value, count }) => `${value.replaceAll(/\s+/g, ' ').slice(0, 24)} ${count.toLocaleString('en-US')}`);
    const { length } = found;
    const lengths =
      length === null ? [NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE] : [number(length.min), NO_VALUE, number(length.mean), number(length.max)];
    return [...lengths, NO_VALUE, NO_VALUE, number(found.distinct), top.join(', ')];
  }
  const { min, max, mean, deviation } = found;
  if (found.kind === 'elements') return [number(min), NO_VALUE, number(mean), number(max), number(deviation), NO_VALUE, NO_VALUE, ''];
  const spread = isTime ? NO_VALUE : number(deviation);
  return [moment(min), moment(found.median), moment(mean), moment(max), spread, number(found.outliers), number(found.distinct), ''];
}
