import { useState, type ReactNode } from 'react';
import type { PaneSpec } from '../../charts/time/types';
import { useTexts } from '../../i18n/use-texts';
import { useReadable } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, NumberInput, useNumberDraft } from '../../ui/Field';
import type { Thresholds } from './thresholds';

interface ThresholdsProps {
  readonly thresholds: Thresholds;
  readonly panes: readonly PaneSpec[];
}

/** A value for each shown pane that its lines are read against. */
export function ThresholdsButton(props: ThresholdsProps): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const title = t('history.thresholds.title');
  return (
    <>
      <IconButton
        icon="threshold"
        label={title}
        disabled={props.panes.length === 0}
        onClick={() => setOpen(true)}
        data-testid="thresholds"
      />
      {open ? (
        <Dialog
          title={title}
          onClose={() => setOpen(false)}
          actions={
            <Button tone="primary" onClick={() => setOpen(false)}>
              {t('ui.close')}
            </Button>
          }
        >
          <p className="section-note">{t('history.thresholds.note')}</p>
          {props.panes.map((pane) => (
            <ThresholdField key={pane.id} pane={pane} thresholds={props.thresholds} />
          ))}
        </Dialog>
      ) : null}
    </>
  );
}

function ThresholdField({ pane, thresholds }: { readonly pane: PaneSpec; readonly thresholds: Thresholds }): ReactNode {
  const { t } = useTexts();
  const stored = useReadable(thresholds.values).get(pane.id) ?? null;
  const draft = useNumberDraft(stored);
  const take = (): void => {
    if (draft.value === undefined || !draft.changed) return;
    thresholds.set(pane.id, draft.value);
    draft.reset();
  };
  return (
    <Field label={pane.title} error={draft.value === undefined ? t('history.thresholds.wrong') : null}>
      {({ id, describedBy, invalid }) => (
        <NumberInput
          id={id}
          describedBy={describedBy}
          invalid={invalid}
          unit={pane.unit}
          text={draft.text}
          onText={draft.setText}
          onCommit={take}
          testId={`threshold-${pane.id}`}
        />
      )}
    </Field>
  );
}
