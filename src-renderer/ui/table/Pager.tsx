import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../Button';
import styles from './table.module.css';

export interface PagerProps {
  /** Of the first row shown. */
  readonly offset: number;
  readonly perPage: number;
  readonly total: number;
  readonly onOffset: (offset: number) => void;
}

/** Which part of a list that the core pages is shown, and the way to its neighbours. */
export function Pager({ offset, perPage, total, onOffset }: PagerProps): ReactNode {
  const { t, format } = useTexts();
  const last = Math.min(total, offset + perPage);
  return (
    <nav className={styles['pager']} aria-label={t('table.pages')}>
      <Button disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - perPage))} data-testid="previous-rows">
        {t('table.previous')}
      </Button>
      <span className={styles['pagerText']} role="status">
        {t('table.rows', { from: format.number(offset + 1, 0), to: format.number(last, 0), total: format.number(total, 0) })}
      </span>
      <Button disabled={last >= total} onClick={() => onOffset(offset + perPage)} data-testid="next-rows">
        {t('table.next')}
      </Button>
    </nav>
  );
}
