import type { ReactNode } from 'react';
import { numbersIn, type LineNumber } from '@shared/model/mark';
import { useTexts } from '../../../i18n/use-texts';
import styles from './marks.module.css';

/** A line of a log whose numbers can be pressed. */
export function LineText({ text, onNumber }: { readonly text: string; readonly onNumber: (number: LineNumber) => void }): ReactNode {
  const { t } = useTexts();
  const parts: ReactNode[] = [];
  let end = 0;
  for (const number of numbersIn(text)) {
    const shown = text.slice(number.from, number.to);
    parts.push(
      text.slice(end, number.from),
      <button
        key={number.from}
        type="button"
        className={styles['number']}
        aria-label={t('marks.pick', { number: shown })}
        onClick={() => onNumber(number)}
      >
        {shown}
      </button>,
    );
    end = number.to;
  }
  return (
    <span className="log-text">
      {parts}
      {text.slice(end)}
    </span>
  );
}
