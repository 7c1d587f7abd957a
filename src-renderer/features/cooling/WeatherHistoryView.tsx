import { useMemo, useState, type ReactNode } from 'react';
import { readWeatherHistory, type WeatherHistoryFile } from '@shared/climate/weather-history';
import type { WeatherRecord } from '@shared/model/weather';
import { toHistory } from '../../app/paths';
import { heldWindow, writeShare } from '../../data/history-link';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Select } from '../../ui/Select';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { useWeatherFile } from './use-weather-file';
import { WeatherFileButton } from './WeatherFileButton';
import { WeatherProblems } from './WeatherProblems';
import styles from './cooling.module.css';

const NOTHING = {};
const clocks = ['local', 'utc'] as const;
type Clock = (typeof clocks)[number];

const recordId = ({ device }: WeatherRecord): string => device;
const rowProps = ({ device }: WeatherRecord): { 'data-weather': string } => ({ 'data-weather': device });

/** The weather that was: the files that it was taken from, and how another one is. */
export function WeatherHistoryView(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { client } = useServices();
  const { answer, reload } = useCommand('weather.files', NOTHING);
  const [clock, setClock] = useState<Clock>('local');
  const [removing, setRemoving] = useState<WeatherRecord | null>(null);
  const { isBusy, taken, refused, choose, forget } = useWeatherFile<WeatherHistoryFile>(async (text, file) => {
    const read = readWeatherHistory(text, file, clock, Date.now());
    await client.call('weather.takeFile', { history: read.history, file });
    reload();
    return read;
  });
  const columns = useMemo(() => recordColumns(texts, setRemoving), [texts]);
  return (
    <section aria-label={t('cooling.past')} data-testid="weather-history">
      <div className="toolbar">
        <h2>{t('cooling.past')}</h2>
        <span className="toolbar-end">
          <label className={styles['clock']}>
            {t('cooling.past.clock')}
            <Select
              label={t('cooling.past.clock')}
              value={clock}
              options={clocks.map((value) => ({ value, label: t(`cooling.past.clock.${value}`) }))}
              onChange={setClock}
              testId="weather-clock"
            />
          </label>
          <WeatherFileButton label={t('cooling.past.take')} tone="plain" disabled={isBusy} testId="weather-history-file" onFile={choose} />
        </span>
      </div>
      <p className="page-note">{t('cooling.past.note')}</p>
      {refused === null ? null : (
        <p className="error-note" role="alert" data-testid="weather-history-refused">
          {formatMessage(t, refused)}
        </p>
      )}
      {taken === null ? null : (
        <WeatherProblems
          {...taken}
          testId="weather-history-problems"
          note={taken.problems.length === 0 ? null : t('cooling.past.problems')}
        />
      )}
      <Trouble of={answer} />
      {answer.state === 'loading' ? <Skeleton lines={3} /> : null}
      {answer.state === 'ready' && answer.value.files.length > 0 ? (
        <DataTable
          id="cooling-weather-files"
          label={t('cooling.past')}
          columns={columns}
          rows={answer.value.files}
          rowId={recordId}
          rowProps={rowProps}
        />
      ) : null}
      {removing === null ? null : (
        <ConfirmDialog
          title={t('cooling.past.remove.title', { name: removing.file })}
          confirm={t('cooling.year.remove')}
          testId="weather-file-remove-confirm"
          onConfirm={() => client.call('weather.removeFile', { device: removing.device })}
          onDone={() => {
            setRemoving(null);
            forget();
            reload();
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{t('cooling.past.remove.text')}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

const shown = ['sensor.temperature', 'sensor.humidity', 'sensor.wetbulb'] as const;

function recordColumns({ t, format }: Texts, onRemove: (record: WeatherRecord) => void): DataColumn<WeatherRecord>[] {
  const count = (value: number): string => format.number(value, 0);
  return [
    {
      id: 'file',
      name: t('cooling.past.file'),
      value: ({ file }) => file,
      role: 'head',
      grows: true,
      cell: ({ file, device, fromMs, toMs }) => (
        <a
          href={toHistory(writeShare({ window: heldWindow({ fromMs, toMs }), series: shown.map((metric) => ({ device, metric })) }))}
          title={t('cooling.past.open')}
        >
          {file}
        </a>
      ),
    },
    { id: 'place', name: t('cooling.year.place'), value: ({ name }) => name },
    { id: 'source', name: t('cooling.year.source'), value: ({ source }) => (source === '' ? null : source) },
    { id: 'from', name: t('cooling.past.from'), value: ({ fromMs }) => fromMs, text: ({ fromMs }) => format.dateTime(fromMs) },
    { id: 'to', name: t('cooling.past.to'), value: ({ toMs }) => toMs, text: ({ toMs }) => format.dateTime(toMs) },
    {
      id: 'records',
      name: t('cooling.past.records'),
      hint: t('cooling.past.records.how'),
      value: ({ records }) => records,
      text: ({ records }) => count(records),
      isNumber: true,
    },
    {
      id: 'humid',
      name: t('cooling.past.humid'),
      hint: t('cooling.past.humid.how'),
      value: ({ humid }) => humid,
      text: ({ humid }) => count(humid),
      isNumber: true,
    },
    {
      id: 'gaps',
      name: t('cooling.past.gaps'),
      hint: t('cooling.past.gaps.how'),
      value: ({ gaps }) => gaps,
      text: ({ gaps }) => count(gaps),
      isNumber: true,
    },
    {
      id: 'expired',
      name: t('cooling.past.expired'),
      hint: t('cooling.past.expired.how'),
      value: ({ expired }) => expired,
      text: ({ expired }) => count(expired),
      isNumber: true,
      isHidden: true,
    },
    {
      id: 'actions',
      name: '',
      role: 'actions',
      value: () => null,
      cell: (record) => (
        <Button tone="quiet" icon="trash" onClick={() => onRemove(record)} data-testid={`weather-remove-${record.device}`}>
          {t('cooling.year.remove')}
        </Button>
      ),
    },
  ];
}
