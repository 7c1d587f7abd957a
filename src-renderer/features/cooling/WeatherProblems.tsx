import type { ReactNode } from 'react';
import type { WeatherProblem } from '@shared/model/weather';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import styles from './cooling.module.css';

const SHOWN = 8;

interface WeatherProblemsProps {
  readonly problems: readonly WeatherProblem[];
  readonly moreProblems: number;
  readonly testId: string;
  /** Said before them. */
  readonly note: string | null;
}

/** What of a file was not taken, by line. */
export function WeatherProblems({ problems, moreProblems, testId, note }: WeatherProblemsProps): ReactNode {
  const { t } = useTexts();
  const more = problems.length - Math.min(SHOWN, problems.length) + moreProblems;
  return (
    <div role="status" data-testid={testId}>
      {note === null ? null : <p className="page-note">{note}</p>}
      {problems.length === 0 ? null : (
        <ul className={styles['problems']}>
          {problems.slice(0, SHOWN).map(({ line, problem }, i) => (
            <li key={`${line}/${i}`}>{t('cooling.year.problem', { line, problem: formatMessage(t, problem) })}</li>
          ))}
          {more === 0 ? null : <li>{t('cooling.year.moreProblems', { count: more })}</li>}
        </ul>
      )}
    </div>
  );
}
