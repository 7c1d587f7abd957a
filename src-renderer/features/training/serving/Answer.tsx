import type { ReactNode } from 'react';
import { useTexts } from '../../../i18n/use-texts';
import type { ModelAnswer } from './model-input';
import styles from './serving.module.css';

/** Classes that are shown, the most probable first where there are more. */
const SHOWN = 20;

/** What a model answered: its classes as bars, a value, or why it refused. */
export function Answer({ answer, classes }: { readonly answer: ModelAnswer; readonly classes: readonly string[] | null }): ReactNode {
  const { t, format } = useTexts();
  switch (answer.kind) {
    case 'refused':
      return (
        <p role="alert" className="field-error" data-testid="try-refused">
          {t('run.try.refused', { status: answer.status, why: answer.why })}
        </p>
      );
    case 'value':
      return (
        <p className={styles['value']} data-testid="try-value">
          {format.significant(answer.value, 6)}
        </p>
      );
    case 'other':
      return (
        <pre className={styles['other']} tabIndex={0} data-testid="try-other">
          {answer.text}
        </pre>
      );
    case 'scores': {
      const { scores } = answer;
      const best = scores.reduce((at, score, i) => (score > (scores[at] ?? -Infinity) ? i : at), 0);
      const ranked = scores.map((score, i) => ({ score, i, name: classes?.[i] ?? String(i) }));
      const shown = ranked.length <= SHOWN ? ranked : ranked.sort((a, b) => b.score - a.score).slice(0, SHOWN);
      return (
        <ol
          className={styles['bars']}
          aria-label={t('run.try.scores')}
          data-testid="try-scores"
          data-best={classes?.[best] ?? String(best)}
        >
          {shown.map(({ score, i, name }) => (
            <li key={i} className={i === best ? styles['best'] : undefined}>
              <span className={styles['class']}>{name}</span>
              <span className={styles['track']} aria-hidden="true">
                <span className={styles['bar']} style={{ inlineSize: `${Math.max(0, Math.min(1, score)) * 100}%` }} />
              </span>
              <span className="num">{format.percent(score, 1)}</span>
            </li>
          ))}
        </ol>
      );
    }
  }
}
