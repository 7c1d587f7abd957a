import type { ReactNode } from 'react';
import type { Asked } from '../data/loadable';
import { useTexts } from '../i18n/use-texts';
import { Button, IconButton } from './Button';

interface AgainButtonProps {
  readonly asked: Asked;
  readonly label: string;
  readonly look?: 'plain' | 'quiet' | 'icon';
  readonly testId?: string;
}

/**
 * Asks again, and shows that it does: it waits, keeping the focus, while the answer is on its way, and says from when that is which is
 * shown. An answer that says the same as before would else look like a press that did nothing.
 */
export function AgainButton({ asked: { reload, isAsking, answeredAtMs }, label, look = 'plain', testId }: AgainButtonProps): ReactNode {
  const { t, format } = useTexts();
  const shared = { waiting: isAsking, 'data-asking': isAsking, onClick: reload, 'data-testid': testId } as const;
  return (
    <>
      <span className="page-note" role="status">
        {isAsking ? t('ui.asking') : answeredAtMs === null ? null : t('ui.answeredAt', { at: format.time(answeredAtMs) })}
      </span>
      {look === 'icon' ? (
        <IconButton icon="refresh" label={label} {...shared} />
      ) : (
        <Button icon="refresh" {...(look === 'quiet' ? { tone: 'quiet' } : {})} {...shared}>
          {label}
        </Button>
      )}
    </>
  );
}
