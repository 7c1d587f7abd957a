import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { isAppError, type AppError } from '@shared/contract/errors';
import type { CommandOutput } from '@shared/contract';
import { metricOf } from '@shared/model/metrics';
import { CancellationSource } from '@shared/rpc/cancellation';
import { toAppError } from '../../../data/loadable';
import type { ParamsSent } from '../../../forms/params-form';
import { formatMessage } from '../../../i18n/format-message';
import { metricFigure, metricName, useTexts, type Texts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { ErrorNote } from '../../../ui/ErrorNote';
import { ProvenanceMark } from '../../../ui/Provenance';
import { DataTable } from '../../../ui/table/DataTable';
import type { DataColumn } from '../../../ui/table/columns';
import styles from './sources.module.css';

type Readings = CommandOutput<'collectors.test'>['readings'];
type Reading = Readings[number];
type Found = { readonly readings: Readings } | { readonly error: AppError } | null;

export interface Trial {
  readonly isUnderWay: boolean;
  readonly found: Found;
  readonly run: (read: ParamsSent) => Promise<void>;
  /** Something was changed: what was found is of before. */
  readonly forget: () => void;
}

/** Reads a feed once as it is set in the form; ended with it. @param onRefused shows it elsewhere, if it answers true */
export function useTrial(kind: string, onRefused: (error: AppError) => boolean): Trial {
  const { client } = useServices();
  const [found, setFound] = useState<Found>(null);
  const [isUnderWay, setUnderWay] = useState(false);
  const current = useRef<CancellationSource | null>(null);
  useEffect(() => () => current.current?.cancel(), []);
  const forget = (): void => {
    current.current?.cancel();
    setFound(null);
  };
  const run = async ({ params, secrets }: ParamsSent): Promise<void> => {
    forget();
    const source = new CancellationSource();
    current.current = source;
    setUnderWay(true);
    try {
      const { readings } = await client.call('collectors.test', { kind, settings: params, secrets }, source.token);
      setFound({ readings });
    } catch (error) {
      const failure = toAppError(error);
      if (!isAppError(error, 'cancelled') && !onRefused(failure)) setFound({ error: failure });
    } finally {
      if (current.current === source) setUnderWay(false);
    }
  };
  return { isUnderWay, found, run, forget };
}

const idOf = ({ device, metric, provenance }: Reading): string => `${device} ${metric} ${provenance}`;

/** What a trial found: what would be recorded, or why nothing. */
export function SourceTrial({ trial: { found } }: { readonly trial: Trial }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const readings = found === null || 'error' in found ? null : found.readings;
  // What has a value is what one looks for.
  const rows = useMemo(() => [...(readings ?? [])].sort((a, b) => Number(a.value === null) - Number(b.value === null)), [readings]);
  const isRaw = rows.some(({ raw }) => raw !== '');
  const columns = useMemo(() => readingColumns(texts, isRaw), [texts, isRaw]);
  if (found === null) return <div role="status" />;
  if ('error' in found) return <ErrorNote error={found.error} />;
  return (
    <div role="status" className={styles['found']} data-testid="source-found">
      <strong>{t('sources.test.found', { count: rows.length })}</strong>
      <DataTable
        id="source-trial"
        label={t('sources.test.found', { count: rows.length })}
        columns={columns}
        rows={rows}
        rowId={idOf}
        tools={rows.length > FILTERED_FROM ? 'all' : 'columns'}
        fills
        isDense
      />
    </div>
  );
}

/** An exporter's hundreds are narrowed by words; a meter's few are seen at once. */
const FILTERED_FROM = 8;

function readingColumns(texts: Texts, isRaw: boolean): DataColumn<Reading>[] {
  const { t, format } = texts;
  const doubts = ({ value, why, atMs }: Reading): string[] => [
    ...(value === null || why === null ? [] : [formatMessage(t, why)]),
    ...(atMs === null ? [] : [format.dateTime(atMs)]),
  ];
  const figure = (reading: Reading): string =>
    reading.value === null && reading.why !== null
      ? formatMessage(t, reading.why)
      : format.withUnit(metricFigure(texts, reading, reading.value));
  return [
    { id: 'device', name: t('sources.test.device'), role: 'head', wraps: true, value: ({ device }) => device },
    { id: 'metric', name: t('sources.test.metric'), wraps: true, value: (reading) => metricName(t, reading) },
    ...(isRaw
      ? [
          {
            id: 'raw',
            name: t('sources.test.raw'),
            canSort: false,
            wraps: true,
            className: styles['raw'] ?? '',
            value: ({ raw }: Reading) => raw,
          },
        ]
      : []),
    {
      id: 'value',
      name: t('sources.test.value'),
      isNumber: true,
      // Watts and degrees have no order among each other.
      canSort: false,
      wraps: true,
      value: ({ value }) => value,
      text: (reading) => [figure(reading), ...doubts(reading)].join(' '),
      cell: (reading) => (
        <>
          {reading.provenance === 'unconfirmed' ? <ProvenanceMark provenance={reading.provenance} /> : null}
          {figure(reading)}
          {doubts(reading).map((doubt) => (
            <span key={doubt} className={styles['doubt']}>
              {doubt}
            </span>
          ))}
        </>
      ),
    },
    { id: 'unit', name: t('history.stats.unit'), isFileOnly: true, value: (reading) => metricOf(reading).unit },
  ];
}
