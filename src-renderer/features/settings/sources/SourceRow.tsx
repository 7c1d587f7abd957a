import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import type { DoctorItem } from '@shared/model/doctor';
import { toAppError } from '../../../data/loadable';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Texts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button } from '../../../ui/Button';
import { Repair } from '../../../ui/Repair';
import { ErrorNote } from '../../../ui/ErrorNote';
import styles from './sources.module.css';

interface SourceRowProps {
  readonly source: CollectorInfo;
  readonly kind: CollectorKindInfo | undefined;
  readonly name: string;
  /** What the doctor says of it. */
  readonly items: readonly DoctorItem[];
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

const COLUMNS = 6;

export function SourceRow({ source, kind, name, items, onEdit, onRemove }: SourceRowProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { client } = useServices();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const { id, condition, enabled, lastAtMs, series } = source;
  const turn = (): void => {
    setBusy(true);
    setRefused(null);
    client.call('collectors.set', { id, enabled: !enabled }).then(
      () => setBusy(false),
      (error: unknown) => {
        setBusy(false);
        setRefused(toAppError(error));
      },
    );
  };
  const notes = notesOf(source, items);
  // A list of processes is no series.
  const isWorking = source.lastValues > 0 || items.some(({ state }) => state === 'works');
  return (
    <>
      <tr data-source={id} data-condition={condition} data-noted={notes.length > 0 || refused !== null || undefined}>
        <th scope="row" className={styles['name']}>
          {name}
          {kind?.isFeed === true ? <span className={styles['kind']}>{formatMessage(t, kind.name)}</span> : null}
        </th>
        <td>
          <span className={`${styles['state'] ?? ''} ${styles[toneOf(source, isWorking)] ?? ''}`}>
            <span className={styles['dot']} aria-hidden />
            {stateText(texts, source, isWorking)}
          </span>
        </td>
        <td className="num-left">
          <time>{lastAtMs === null ? '—' : condition === 'ok' ? format.time(lastAtMs) : format.shortDateTime(lastAtMs)}</time>
        </td>
        <td className="num">{lastAtMs === null ? '—' : format.number(series, 0)}</td>
        <td>
          <label className={styles['switch']}>
            <input
              type="checkbox"
              role="switch"
              checked={enabled}
              disabled={busy}
              aria-label={t('sources.read', { source: name })}
              onChange={turn}
              data-testid={`source-on-${id}`}
            />
            {t(enabled ? 'ui.on' : 'ui.off')}
          </label>
        </td>
        <td>
          <div className={styles['actions']}>
            {kind !== undefined && kind.params.length > 0 ? (
              <Button aria-label={t('sources.edit', { source: name })} onClick={onEdit} data-testid={`source-edit-${id}`}>
                {t('sources.edit.short')}
              </Button>
            ) : null}
            {kind?.isFeed === true ? (
              <Button aria-label={t('sources.remove', { source: name })} onClick={onRemove} data-testid={`source-remove-${id}`}>
                {t('sources.remove.short')}
              </Button>
            ) : null}
          </div>
        </td>
      </tr>
      {notes.length > 0 || refused !== null ? (
        <tr className={styles['noteRow']}>
          <td colSpan={COLUMNS}>
            {notes.map(({ text, repair }, i) => (
              <p key={i} className={styles['note']}>
                <span>{formatMessage(t, text)}</span>
                {repair === null ? null : <Repair repair={repair} />}
              </p>
            ))}
            {refused === null ? null : <ErrorNote error={refused} />}
          </td>
        </tr>
      ) : null}
    </>
  );
}

type Note = Pick<DoctorItem, 'repair'> & { readonly text: DoctorItem['detail'] };

/** Why it does not give all that it could, and the way out. */
function notesOf({ enabled, error }: CollectorInfo, items: readonly DoctorItem[]): Note[] {
  if (!enabled) return [];
  const found = items.filter(({ state }) => state !== 'works').map(({ detail, repair }): Note => ({ text: detail, repair }));
  const isTold = error === null || found.some(({ text }) => JSON.stringify(text).includes(JSON.stringify(error)));
  return isTold ? found : [{ text: error, repair: null }, ...found];
}

function toneOf({ condition }: CollectorInfo, isWorking: boolean): 'good' | 'bad' | 'still' {
  if (condition === 'failing' || condition === 'hung') return 'bad';
  return condition === 'ok' && isWorking ? 'good' : 'still';
}

function stateText({ t, format }: Texts, { condition, failingForMs }: CollectorInfo, isWorking: boolean): string {
  if (condition === 'ok' && !isWorking) return t('sources.state.empty');
  const state = t(`sources.state.${condition}`);
  return failingForMs === null || failingForMs < 1_000 ? state : t('sources.state.for', { state, time: format.span(failingForMs) });
}
