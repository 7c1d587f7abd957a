import type { ReactNode } from 'react';
import type { RunStatus } from '@shared/model/run';
import { useTexts } from '../i18n/use-texts';

/** A run's status: a mark whose shape differs as well as its colour, and the word. */
export function RunStatusText({ status }: { readonly status: RunStatus }): ReactNode {
  const { t } = useTexts();
  return (
    <span className={`status status-${status}`} data-status={status}>
      <span className="status-mark" aria-hidden />
      {t(`run.status.${status}`)}
    </span>
  );
}
