import { useState, type ReactNode } from 'react';
import { comparePeriods, type Compare, type ComparePeriod } from '@shared/model/saved-view';
import type { HistoryView } from '../../data/history-view';
import { momentText, onDay, parseMoment } from '../../i18n/moments';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useSettled } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { MomentField } from '../../ui/MomentField';
import { Select } from '../../ui/Select';

const REST_MS = 160;

type Choice = 'none' | ComparePeriod | 'other' | 'pick';

/** Which earlier time is drawn behind the shown one. */
export function CompareField({ view }: { readonly view: HistoryView }): ReactNode {
  const { t } = useTexts();
  const compare = useReadable(view.compare);
  const [picking, setPicking] = useState(false);
  const isOther = typeof compare === 'number';
  const choices: readonly Choice[] = ['none', ...comparePeriods, ...(isOther ? (['other'] as const) : []), 'pick'];
  const choose = (choice: Choice): void => {
    if (choice === 'pick') setPicking(true);
    else if (choice === 'none') view.compare.set(null);
    else if (choice !== 'other') view.compare.set(choice);
  };
  return (
    <>
      <Select<Choice>
        label={t('history.compare')}
        value={compare === null ? 'none' : isOther ? 'other' : compare}
        options={choices.map((value) => ({ value, label: t(`history.compare.${value}`) }))}
        onChange={choose}
        testId="compare"
      />
      {picking ? <MomentDialog view={view} onPick={(byMs) => view.compare.set(byMs)} onClose={() => setPicking(false)} /> : null}
    </>
  );
}

/** What is drawn behind the lines, by its own times. */
export function ComparedSpan({ view }: { readonly view: HistoryView }): ReactNode {
  const { t, format } = useTexts();
  const { fromMs, toMs } = useSettled(view.span, REST_MS);
  const compare = useReadable(view.compare);
  const byMs = view.earlierByMs();
  if (compare === null || byMs === null) return null;
  return (
    <p className="compared-span" data-testid="compared-span">
      {t('history.compare.behind', { range: format.range(fromMs - byMs, toMs - byMs), zone: format.zoneText(fromMs - byMs) })}
    </p>
  );
}

interface MomentDialogProps {
  readonly view: HistoryView;
  readonly onPick: (compare: Compare) => void;
  readonly onClose: () => void;
}

function MomentDialog({ view, onPick, onClose }: MomentDialogProps): ReactNode {
  const { t, format } = useTexts();
  const { telemetry } = useServices();
  const [{ fromMs, toMs }] = useState(view.span.get);
  const [text, setText] = useState(() =>
    momentText(Math.max(0, Math.floor(fromMs) - (view.earlierByMs() ?? Math.ceil(toMs - fromMs))), format.zone),
  );
  const nowMs = telemetry.nowMs ?? toMs;
  const atMs = parseMoment(text, nowMs, format.zone);
  const fault = atMs === null ? 'history.range.unread' : atMs >= Math.floor(fromMs) ? 'history.compare.notEarlier' : null;
  const take = (): void => {
    if (atMs === null || fault !== null) return;
    onPick(Math.floor(fromMs) - atMs);
    onClose();
  };
  return (
    <Dialog
      title={t('history.compare.pickTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="primary" disabled={fault !== null} onClick={take} data-testid="compare-take">
            {t('history.compare.take')}
          </Button>
        </>
      }
    >
      <p className="section-note">{t('history.compare.pickNote', { range: format.range(fromMs, toMs) })}</p>
      <Field label={t('history.compare.begins')} hint={format.zoneText(atMs ?? nowMs)} error={fault === null ? null : t(fault)}>
        {({ id, describedBy, invalid }) => (
          <MomentField
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            text={text}
            atMs={atMs}
            nowMs={nowMs}
            onText={setText}
            onDay={(day) => setText(onDay(day, atMs ?? nowMs, format.zone))}
            testId="compare-moment"
          />
        )}
      </Field>
    </Dialog>
  );
}
