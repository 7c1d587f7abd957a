import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import styles from './Skeleton.module.css';

interface SkeletonProps {
  /** How many lines are about to stand here; none: one block, as of a chart. */
  readonly lines?: number;
}

/** Stands where something is on its way for the first time, in about its shape. */
export function Skeleton({ lines = 0 }: SkeletonProps): ReactNode {
  const { t } = useTexts();
  return (
    <div className={styles['skeleton']} role="status" aria-busy data-testid="skeleton">
      <span className="visually-hidden">{t('ui.loading')}</span>
      {lines === 0 ? (
        <div className={`${styles['line'] ?? ''} ${styles['block'] ?? ''}`} aria-hidden />
      ) : (
        Array.from({ length: lines }, (_, line) => <div key={line} className={styles['line']} aria-hidden />)
      )}
    </div>
  );
}
