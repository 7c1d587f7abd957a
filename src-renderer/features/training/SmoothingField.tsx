import { useId, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { MAX_SMOOTHING } from './run-view';
import styles from './SmoothingField.module.css';

interface SmoothingFieldProps {
  /** 0 = the curves as they are. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** How much of a line's next point is what came before it. */
export function SmoothingField({ value, onChange }: SmoothingFieldProps): ReactNode {
  const { t, format } = useTexts();
  const id = useId();
  return (
    <span className={styles['field']}>
      <label htmlFor={id} title={t('compare.smoothing.hint')}>
        {t('compare.smoothing')}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={MAX_SMOOTHING}
        step={0.01}
        value={value}
        onChange={({ target }) => onChange(Number(target.value))}
        data-testid="smoothing"
      />
      <output htmlFor={id}>{format.number(value, 2)}</output>
    </span>
  );
}
