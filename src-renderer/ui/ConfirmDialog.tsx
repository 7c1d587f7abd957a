import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { toAppError } from '../data/loadable';
import { useTexts } from '../i18n/use-texts';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ErrorNote } from './ErrorNote';

interface ConfirmDialogProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly confirm: string;
  readonly testId: string;
  readonly onConfirm: () => Promise<unknown>;
  /** It is done. Default: as when it is closed. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before something is lost. A refusal is told in it, and it can be tried again. */
export function ConfirmDialog({ title, confirm, testId, onConfirm, onDone, onClose, children }: ConfirmDialogProps): ReactNode {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const run = (): void => {
    setBusy(true);
    setRefused(null);
    onConfirm().then(onDone ?? onClose, (error: unknown) => {
      setBusy(false);
      setRefused(toAppError(error));
    });
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="danger" disabled={busy} onClick={run} data-testid={testId}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      {refused === null ? null : <ErrorNote error={refused} />}
    </Dialog>
  );
}
