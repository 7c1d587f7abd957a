import { useMemo, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { StreamFrame } from '@shared/contract';
import type { CollectorInfo } from '@shared/model/collector';
import type { ManualReadingSeen } from '@shared/model/manual-reading';
import { toAppError, valueOf } from '../../../data/loadable';
import { formatMessage } from '../../../i18n/format-message';
import { momentText, onDay, parseMoment } from '../../../i18n/moments';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useStream } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Field, NumberInput } from '../../../ui/Field';
import { MomentField } from '../../../ui/MomentField';
import { Select } from '../../../ui/Select';
import { Trouble } from '../../../ui/StreamNote';
import { ReadingList } from './ReadingList';

const whats = ['shown', 'used', 'begins'] as const;
type What = (typeof whats)[number];

interface Draft {
  /** The reading that is corrected; null = a new one. */
  readonly replaces: number | null;
  readonly what: What;
  readonly value: string;
  readonly time: string;
}

const newest = <F,>(_: F | null, frame: F): F => frame;

interface ReadingsDialogProps {
  readonly source: CollectorInfo;
  readonly onClose: () => void;
}

/** The readings of a meter that is read by eye, to be corrected and taken back; and a form for one. */
export function ReadingsDialog({ source, onClose }: ReadingsDialogProps): ReactNode {
  const { t, format } = useTexts();
  const { client, telemetry } = useServices();
  const params = useMemo(() => ({ id: source.id }), [source.id]);
  const live = useStream<'manual.live', StreamFrame<'manual.live'>>('manual.live', params, newest);
  const [openedMs] = useState(() => telemetry.nowMs ?? Date.now());
  const nowMs = telemetry.nowMs ?? openedMs;
  const empty = (): Draft => ({ replaces: null, what: 'shown', value: '', time: momentText(openedMs, format.zone) });
  const [draft, setDraft] = useState(empty);
  const [failure, setFailure] = useState<AppError | null>(null);
  const [isTouched, setTouched] = useState(false);
  const shown = valueOf(live);
  const when = parseMoment(draft.time, nowMs, format.zone);
  const value = format.parse(draft.value);
  const isReady = when !== null && value !== null && value >= 0;
  const ask = (work: Promise<unknown>): void => {
    setFailure(null);
    work.then(
      () => {
        setDraft(empty());
        setTouched(false);
      },
      (error: unknown) => setFailure(toAppError(error)),
    );
  };
  const save = (): void => {
    setTouched(true);
    if (!isReady) return;
    const { replaces, what } = draft;
    const reading = { atMs: when, value, kind: what === 'used' ? what : 'shown', begins: what === 'begins' } as const;
    ask(client.call('manual.enter', { id: source.id, ...reading, ...(replaces === null ? {} : { replaces }) }));
  };
  const edit = ({ atMs, kind, value: before, begins }: ManualReadingSeen): void =>
    setDraft({ replaces: atMs, what: begins ? 'begins' : kind, value: format.typed(before), time: momentText(atMs, format.zone) });
  return (
    <Dialog
      title={t('sources.readings.of', { source: formatMessage(t, source.name) })}
      wide
      draft={draft.value !== ''}
      onClose={onClose}
      actions={
        <>
          {draft.replaces === null ? null : <Button onClick={() => setDraft(empty())}>{t('ui.cancel')}</Button>}
          <Button onClick={onClose}>{t('ui.close')}</Button>
          <Button tone="primary" onClick={save} data-testid="reading-save">
            {t(draft.replaces === null ? 'sources.readings.add' : 'sources.readings.correct')}
          </Button>
        </>
      }
    >
      <Trouble of={live} />
      <ReadingList
        readings={shown?.readings ?? []}
        unit={shown?.unit ?? ''}
        editing={draft.replaces}
        onEdit={edit}
        onRemove={(atMs) => ask(client.call('manual.remove', { id: source.id, atMs }))}
      />
      <Field label={t('sources.readings.what')} hint={t(`sources.readings.${draft.what}.hint`)}>
        {({ id, describedBy }) => (
          <Select
            id={id}
            describedBy={describedBy}
            value={draft.what}
            options={whats.map((what) => ({ value: what, label: t(`sources.readings.${what}`) }))}
            onChange={(what) => setDraft({ ...draft, what: whats.find((one) => one === what) ?? 'shown' })}
            testId="reading-what"
          />
        )}
      </Field>
      <Field
        label={t('sources.readings.value')}
        error={isTouched && (value === null || value < 0) ? t('sources.readings.value.needed') : null}
      >
        {(ids) => (
          <NumberInput
            {...ids}
            unit={shown?.unit ?? ''}
            text={draft.value}
            onText={(text) => setDraft({ ...draft, value: text })}
            testId="reading-value"
          />
        )}
      </Field>
      <Field
        label={t('sources.readings.time')}
        hint={format.zoneText(when ?? nowMs)}
        error={when === null ? t('history.range.unread') : null}
      >
        {({ id, describedBy, invalid }) => (
          <MomentField
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            text={draft.time}
            atMs={when}
            nowMs={nowMs}
            onText={(time) => setDraft({ ...draft, time })}
            onDay={(day) => setDraft({ ...draft, time: onDay(day, when ?? nowMs, format.zone) })}
            testId="reading-time"
          />
        )}
      </Field>
      {failure === null ? null : <ErrorNote error={failure} />}
    </Dialog>
  );
}
