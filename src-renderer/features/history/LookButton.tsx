import { useState, type ReactNode } from 'react';
import { toKept, toShown } from '@shared/model/display-unit';
import type { PaneSpec } from '../../charts/time/types';
import type { HistoryView, ViewLook } from '../../data/history-view';
import { useTexts } from '../../i18n/use-texts';
import { useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, NumberInput, useNumberDraft } from '../../ui/Field';
import { Select } from '../../ui/Select';
import type { Thresholds } from './thresholds';

interface LookProps {
  readonly view: HistoryView;
  readonly thresholds: Thresholds;
  readonly panes: readonly PaneSpec[];
}

/** How much of a line's next point is what came before it. */
const smoothings = { none: 0, light: 0.6, medium: 0.9, strong: 0.97 } as const;
type Smoothing = keyof typeof smoothings;
const smoothingNames: readonly Smoothing[] = ['none', 'light', 'medium', 'strong'];

/** How the lines are drawn: smoothed or as they are, and of each shown pane its scale and a value that its lines are read against. */
export function LookButton(props: LookProps): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="threshold" disabled={props.panes.length === 0} onClick={() => setOpen(true)} data-testid="thresholds">
        {t('history.look.button')}
      </Button>
      {open ? <LookDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function LookDialog({ view, thresholds, panes, onClose }: LookProps & { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const look = useReadable(view.look);
  const change = (part: Partial<ViewLook>): void => view.look.set({ ...look, ...part });
  const smoothing = smoothingNames.find((name) => smoothings[name] === look.smoothing);
  return (
    <Dialog
      title={t('history.look.title')}
      onClose={onClose}
      actions={
        <Button tone="primary" onClick={onClose}>
          {t('ui.close')}
        </Button>
      }
    >
      <Field label={t('history.look.smoothing')} hint={t('history.look.smoothing.hint')}>
        {({ id, describedBy }) => (
          <Select<Smoothing>
            id={id}
            describedBy={describedBy}
            // A shared view may be smoothed otherwise: the nearest below is what it is called.
            value={smoothing ?? smoothingNames.findLast((name) => smoothings[name] <= look.smoothing) ?? 'none'}
            options={smoothingNames.map((value) => ({ value, label: t(`history.look.smoothing.${value}`) }))}
            onChange={(name) => change({ smoothing: smoothings[name] })}
            testId="smoothing"
          />
        )}
      </Field>
      <p className="section-note">{t('history.thresholds.note')}</p>
      {panes.map((pane) => (
        <PaneLook
          key={pane.id}
          pane={pane}
          threshold={look.thresholds[pane.id] ?? null}
          isLog={look.log.includes(pane.id)}
          onThreshold={(value) => {
            const others = Object.entries(look.thresholds).filter(([id]) => id !== pane.id);
            change({ thresholds: Object.fromEntries(value === null ? others : [...others, [pane.id, value]]) });
            thresholds.set(pane.id, value);
          }}
          onLog={(on) => change({ log: on ? [...look.log, pane.id] : look.log.filter((id) => id !== pane.id) })}
        />
      ))}
    </Dialog>
  );
}

interface PaneLookProps {
  readonly pane: PaneSpec;
  readonly threshold: number | null;
  readonly isLog: boolean;
  readonly onThreshold: (value: number | null) => void;
  readonly onLog: (on: boolean) => void;
}

function PaneLook({ pane, threshold, isLog, onThreshold, onLog }: PaneLookProps): ReactNode {
  const { t, format } = useTexts();
  const shown = format.shownUnit(pane.keptUnit ?? '');
  const draft = useNumberDraft(threshold === null ? null : toShown(threshold, shown));
  const take = (): void => {
    if (draft.value === undefined || !draft.changed) return;
    onThreshold(draft.value === null ? null : toKept(draft.value, shown));
    draft.reset();
  };
  return (
    <Field label={pane.title} error={draft.value === undefined ? t('history.thresholds.wrong') : null}>
      {({ id, describedBy, invalid }) => (
        <span className="pane-look">
          <NumberInput
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            unit={pane.unit}
            text={draft.text}
            placeholder={t('history.look.noThreshold')}
            onText={draft.setText}
            onCommit={take}
            testId={`threshold-${pane.id}`}
          />
          <label className="pane-log">
            <input type="checkbox" checked={isLog} onChange={(event) => onLog(event.target.checked)} data-testid={`log-${pane.id}`} />
            {t('history.look.log')}
          </label>
        </span>
      )}
    </Field>
  );
}
