import type { ReactNode } from 'react';
import { RUNS_PER_PAGE } from '../../data/run-list';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';

interface PagerProps {
  /** Of the first row shown. */
  readonly offset: number;
  readonly total: number;
  readonly onOffset: (offset: number) => void;
}

/** Which part of the list is shown, and the way to its neighbours. */
export function Pager({ offset, total, onOffset }: PagerProps): ReactNode {
  const { t, format } = useTexts();
  const last = Math.min(total, offset + RUNS_PER_PAGE);
  return (
    <nav className="pager" aria-label={t('training.pages')}>
      <Button disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - RUNS_PER_PAGE))} data-testid="previous-runs">
        {t('training.previous')}
      </Button>
      <span className="pager-text" role="status">
        {t('training.rows', { from: format.number(offset + 1, 0), to: format.number(last, 0), total: format.number(total, 0) })}
      </span>
      <Button disabled={last >= total} onClick={() => onOffset(offset + RUNS_PER_PAGE)} data-testid="next-runs">
        {t('training.next')}
      </Button>
    </nav>
  );
}
