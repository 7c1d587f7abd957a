import type { ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import type { DoctorItem } from '@shared/model/doctor';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Texts } from '../../../i18n/use-texts';
import { Button } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Repair } from '../../../ui/Repair';
import styles from './sources.module.css';

/** A source with what is known of it. */
export interface SourceLine {
  readonly source: CollectorInfo;
  readonly kind: CollectorKindInfo | undefined;
  readonly name: string;
  /** What the doctor says of it. */
  readonly items: readonly DoctorItem[];
}

type Note = Pick<DoctorItem, 'repair'> & { readonly text: DoctorItem['detail'] };

/** Why it does not give all that it could, and the way out. */
export function notesOf({ source: { enabled, error }, items }: SourceLine): readonly Note[] {
  if (!enabled) return [];
  const found = items.filter(({ state }) => state !== 'works').map(({ detail, repair }): Note => ({ text: detail, repair }));
  const isTold = error === null || found.some(({ text }) => JSON.stringify(text).includes(JSON.stringify(error)));
  return isTold ? found : [{ text: error, repair: null }, ...found];
}

export function SourceNotes({ notes, refusal }: { readonly notes: readonly Note[]; readonly refusal: AppError | null }): ReactNode {
  const { t } = useTexts();
  return (
    <>
      {notes.map(({ text, repair }, i) => (
        <p key={i} className={styles['note']}>
          <span>{formatMessage(t, text)}</span>
          {repair === null ? null : <Repair repair={repair} />}
        </p>
      ))}
      {refusal === null ? null : <ErrorNote error={refusal} />}
    </>
  );
}

/** A list of processes is no series. */
function isWorking({ source, items }: SourceLine): boolean {
  return source.lastValues > 0 || items.some(({ state }) => state === 'works');
}

function toneOf(line: SourceLine): 'good' | 'bad' | 'still' {
  const { condition } = line.source;
  if (condition === 'failing' || condition === 'hung') return 'bad';
  return condition === 'ok' && isWorking(line) ? 'good' : 'still';
}

export function stateText({ t, format }: Texts, line: SourceLine): string {
  const { condition, failingForMs } = line.source;
  if (condition === 'ok' && !isWorking(line)) return t('sources.state.empty');
  const state = t(`sources.state.${condition}`);
  return failingForMs === null || failingForMs < 1_000 ? state : t('sources.state.for', { state, time: format.span(failingForMs) });
}

export function SourceState({ line }: { readonly line: SourceLine }): ReactNode {
  const texts = useTexts();
  return (
    <span className={`${styles['state'] ?? ''} ${styles[toneOf(line)] ?? ''}`}>
      <span className={styles['dot']} aria-hidden />
      {stateText(texts, line)}
    </span>
  );
}

interface SourceSwitchProps {
  readonly source: CollectorInfo;
  readonly name: string;
  readonly isBusy: boolean;
  readonly onTurn: () => void;
}

export function SourceSwitch({ source: { id, enabled }, name, isBusy, onTurn }: SourceSwitchProps): ReactNode {
  const { t } = useTexts();
  return (
    <label className={styles['switch']}>
      <input
        type="checkbox"
        role="switch"
        checked={enabled}
        disabled={isBusy}
        aria-label={t('sources.read', { source: name })}
        onChange={onTurn}
        data-testid={`source-on-${id}`}
      />
      {t(enabled ? 'ui.on' : 'ui.off')}
    </label>
  );
}

interface SourceActionsProps {
  readonly line: SourceLine;
  readonly onEdit: () => void;
  readonly onReadings: () => void;
  readonly onRemove: () => void;
}

export function SourceActions({ line: { source, kind, name }, onEdit, onReadings, onRemove }: SourceActionsProps): ReactNode {
  const { t } = useTexts();
  return (
    <div className={styles['actions']}>
      {source.kind === 'manual' ? (
        <Button aria-label={t('sources.readings.of', { source: name })} onClick={onReadings} data-testid={`source-readings-${source.id}`}>
          {t('sources.readings.short')}
        </Button>
      ) : null}
      {kind !== undefined && kind.params.length > 0 ? (
        <Button aria-label={t('sources.edit', { source: name })} onClick={onEdit} data-testid={`source-edit-${source.id}`}>
          {t('sources.edit.short')}
        </Button>
      ) : null}
      {kind?.isFeed === true ? (
        <Button aria-label={t('sources.remove', { source: name })} onClick={onRemove} data-testid={`source-remove-${source.id}`}>
          {t('sources.remove.short')}
        </Button>
      ) : null}
    </div>
  );
}
