import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { AgainButton } from '../../ui/AgainButton';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';

/** Opens what the core wrote into its log. */
export function LogButton(): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="show-log">
        {t('doctor.log')}
      </Button>
      {open ? <LogDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function LogDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const log = useCommand('log.read', {});
  const { answer } = log;
  const lines = useRef<HTMLPreElement>(null);
  // The newest stand at the end.
  useEffect(() => lines.current?.scrollTo(0, lines.current.scrollHeight), [answer]);
  return (
    <Dialog
      title={t('doctor.log')}
      onClose={onClose}
      actions={
        <>
          <AgainButton asked={log} label={t('doctor.again')} />
          <Button tone="primary" onClick={onClose}>
            {t('ui.close')}
          </Button>
        </>
      }
    >
      {answer.state === 'loading' ? <Skeleton lines={6} /> : null}
      {answer.state === 'failed' ? <ErrorNote error={answer.error} /> : null}
      {answer.state === 'ready' ? (
        <>
          <p className="page-note">{answer.value.path ?? t('doctor.log.none')}</p>
          <pre ref={lines} className="doctor-log" tabIndex={0} data-testid="log-lines">
            {answer.value.text === '' ? t('doctor.log.empty') : answer.value.text}
          </pre>
        </>
      ) : null}
    </Dialog>
  );
}
