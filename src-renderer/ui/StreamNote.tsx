import type { ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { Interruptible } from '../data/interruption';
import type { Loadable } from '../data/loadable';
import { errorText } from '../i18n/error-text';
import { useTexts } from '../i18n/use-texts';
import { useLink } from '../rpc/context';
import { useReadable } from '../rpc/hooks';
import { Button } from './Button';
import { ErrorNote } from './ErrorNote';
import { Icon } from './Icon';
import styles from './StreamNote.module.css';

interface StreamNoteProps {
  readonly error: AppError;
  readonly onResume: () => void;
}

/** Says that what stands here does not move any more, why, and goes on when asked; it is asked for anew by itself, too. */
export function StreamNote({ error, onResume }: StreamNoteProps): ReactNode {
  const { t } = useTexts();
  return (
    <span className={styles['note']} data-testid="stream-stopped">
      <Icon name="warning" />
      <span role="status" className={styles['why']}>
        {t('stream.stopped', { why: errorText(t, error) })}
      </span>
      <Button onClick={onResume} data-testid="stream-resume">
        {t('stream.resume')}
      </Button>
    </span>
  );
}

/** Why what comes by itself does not, beside what stands still; nothing while it comes, or while the connection is what is missing. */
export function Stopped({ of }: { readonly of: Interruptible }): ReactNode {
  const online = useReadable(useLink().state).kind === 'online';
  const failure = useReadable(of.failure);
  return online && failure !== null ? <StreamNote error={failure} onResume={of.resume} /> : null;
}

/** What there is to say of something that is asked for: why it is not here, or why it stands still. Nothing while all is well. */
export function Trouble({ of }: { readonly of: Loadable<unknown> }): ReactNode {
  if (of.state === 'failed') return <ErrorNote error={of.error} onRetry={of.resume} />;
  if (of.state === 'ready' && of.stopped) return <StreamNote error={of.stopped.error} onResume={of.stopped.resume} />;
  return null;
}
