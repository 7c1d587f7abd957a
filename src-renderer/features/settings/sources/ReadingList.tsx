import { useState, type ReactNode } from 'react';
import type { ManualReadingSeen } from '@shared/model/manual-reading';
import { useTexts } from '../../../i18n/use-texts';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
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

/** Readings with what was used between them. */
export function ReadingList({ readings, unit, editing, onEdit, onRemove }: ReadingListProps): ReactNode {
  const { t, format } = useTexts();
  const [asked, setAsked] = useState<number | null>(null);
  if (readings.length === 0)
    return (
      <EmptyState icon="live" title={t('sources.readings.none')}>
        {t('sources.readings.none.step')}
      </EmptyState>
    );
  const figure = (value: number): string => `${format.typed(value)} ${unit}`;
  return (
    <div className={styles['found']} data-testid="readings">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('sources.readings.time')}</th>
            <th scope="col">{t('sources.readings.shown')}</th>
            <th scope="col">{t('sources.readings.used')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('sources.column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {readings.map((reading) => {
            const { atMs, shown, used, isBooked } = reading;
            const time = format.shortDateTime(atMs);
            return (
              <tr key={atMs} aria-current={atMs === editing || undefined} data-reading={shown}>
                <td>{time}</td>
                <td className="num">{figure(shown)}</td>
                <td className="num">
                  {used === null ? t('sources.readings.first') : figure(Number(used.toPrecision(10)))}
                  {used === null || isBooked ? null : <div>{t('sources.readings.unbooked')}</div>}
                </td>
                <td>
                  {asked === atMs ? (
                    <>
                      <Button onClick={() => setAsked(null)}>{t('ui.cancel')}</Button>{' '}
                      <Button tone="danger" autoFocus onClick={() => onRemove(atMs)} data-testid="reading-remove-yes">
                        {t('sources.readings.remove')}
                      </Button>
                    </>
                  ) : (
                    <>
                      <Button aria-label={t('sources.readings.correct.of', { time })} onClick={() => onEdit(reading)}>
                        {t('sources.readings.correct')}
                      </Button>{' '}
                      <Button aria-label={t('sources.readings.remove.of', { time })} onClick={() => setAsked(atMs)}>
                        {t('sources.readings.remove')}
                      </Button>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
