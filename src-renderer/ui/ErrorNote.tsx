import type { ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { formatMessage } from '../i18n/format-message';
import { useTexts } from '../i18n/use-texts';
import { Button } from './Button';
import { Icon } from './Icon';

interface ErrorNoteProps {
  readonly error: AppError;
  readonly onRetry?: (() => void) | undefined;
}

/** A named failure in the reader's language, with the source's own words, and a way to try again where there is one. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps): ReactNode {
  const { t } = useTexts();
  return (
    <div className="error-note" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{t(`error.${error.code}`)}</strong>
        <p className="error-detail">{formatMessage(t, error.localized)}</p>
      </div>
      {onRetry ? <Button onClick={onRetry}>{t('ui.retry')}</Button> : null}
    </div>
  );
}
