import { useMemo, useState, type ReactNode } from 'react';
import type { ManualReadingSeen } from '@shared/model/manual-reading';
import { useTexts, type Texts } from '../../../i18n/use-texts';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { DataTable } from '../../../ui/table/DataTable';
import type { DataColumn } from '../../../ui/table/columns';
import styles from './sources.module.css';

interface ReadingListProps {
  /** The newest first. */
  readonly readings: readonly ManualReadingSeen[];
  readonly unit: string;
  /** The one in the form. */
  readonly editing: number | null;
  readonly onEdit: (reading: ManualReadingSeen) => void;
  readonly onRemove: (atMs: number) => void;
}

const idOf = ({ atMs }: ManualReadingSeen): string => String(atMs);

/** Readings with what was used between them. */
export function ReadingList({ readings, unit, editing, onEdit, onRemove }: ReadingListProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const [asked, setAsked] = useState<number | null>(null);
  const columns = useMemo(
    () => readingColumns(texts, unit, { asked, ask: setAsked, edit: onEdit, remove: onRemove }),
    [texts, unit, asked, onEdit, onRemove],
  );
  if (readings.length === 0)
    return (
      <EmptyState icon="live" title={t('sources.readings.none')}>
        {t('sources.readings.none.step')}
      </EmptyState>
    );
  return (
    <DataTable
      id="manual-readings"
      label={t('sources.readings.short')}
      columns={columns}
      rows={readings}
      rowId={idOf}
      rowProps={({ atMs, shown }) => ({ 'data-reading': String(shown), 'aria-current': atMs === editing || undefined })}
      tools={readings.length > 8 ? 'all' : 'columns'}
      isDense
      testId="readings"
    />
  );
}

interface ReadingDeeds {
  /** The one whose removal is asked about. */
  readonly asked: number | null;
  readonly ask: (atMs: number | null) => void;
  readonly edit: (reading: ManualReadingSeen) => void;
  readonly remove: (atMs: number) => void;
}

function readingColumns({ t, format }: Texts, unit: string, { asked, ask, edit, remove }: ReadingDeeds): DataColumn<ManualReadingSeen>[] {
  const figure = (value: number): string => `${format.typed(value)} ${unit}`;
  return [
    {
      id: 'time',
      name: t('sources.readings.time'),
      role: 'head',
      first: 'descending',
      value: ({ atMs }) => new Date(atMs).toISOString(),
      text: ({ atMs }) => format.shortDateTime(atMs),
    },
    {
      id: 'shown',
      name: t('sources.readings.shown'),
      valueUnit: unit,
      isNumber: true,
      value: ({ shown }) => shown,
      text: ({ shown }) => figure(shown),
    },
    {
      id: 'used',
      name: t('sources.readings.used'),
      valueUnit: unit,
      isNumber: true,
      value: ({ used }) => used,
      text: ({ used }) => (used === null ? t('sources.readings.first') : figure(Number(used.toPrecision(10)))),
      cell: ({ used, isBooked }) => (
        <>
          {used === null ? t('sources.readings.first') : figure(Number(used.toPrecision(10)))}
          {used === null || isBooked ? null : <div>{t('sources.readings.unbooked')}</div>}
        </>
      ),
    },
    {
      id: 'actions',
      name: t('sources.column.actions'),
      role: 'actions',
      value: () => null,
      cell: (reading) => {
        const time = format.shortDateTime(reading.atMs);
        return (
          <span className={styles['actions']}>
            {asked === reading.atMs ? (
              <>
                <Button onClick={() => ask(null)}>{t('ui.cancel')}</Button>
                <Button tone="danger" autoFocus onClick={() => remove(reading.atMs)} data-testid="reading-remove-yes">
                  {t('sources.readings.remove')}
                </Button>
              </>
            ) : (
              <>
                <Button aria-label={t('sources.readings.correct.of', { time })} onClick={() => edit(reading)}>
                  {t('sources.readings.correct')}
                </Button>
                <Button aria-label={t('sources.readings.remove.of', { time })} onClick={() => ask(reading.atMs)}>
                  {t('sources.readings.remove')}
                </Button>
              </>
            )}
          </span>
        );
      },
    },
  ];
}
