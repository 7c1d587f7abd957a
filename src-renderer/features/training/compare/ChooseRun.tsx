import type { ReactNode } from 'react';
import { toCompare } from '../../../app/paths';
import { useTexts } from '../../../i18n/use-texts';
import { useReadable } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { MAX_COMPARED, writeCompare } from './address';
import { choose, chosenRuns } from './compare-choice';
import styles from './ChooseRun.module.css';

/** Ticks a run of the list to be compared. */
export function ChooseRun({ runId, name }: { readonly runId: string; readonly name: string }): ReactNode {
  const { t } = useTexts();
  const chosen = useReadable(chosenRuns);
  const isChosen = chosen.includes(runId);
  const label = t('compare.chooseRun', { name });
  return (
    <input
      type="checkbox"
      className={styles['box']}
      aria-label={label}
      title={label}
      checked={isChosen}
      disabled={!isChosen && chosen.length >= MAX_COMPARED}
      onChange={({ target }) => choose(runId, target.checked)}
      data-testid={`choose-run-${runId}`}
    />
  );
}

/** What was ticked, on whichever page of the list, and the way to its comparison. */
export function CompareBar(): ReactNode {
  const { t } = useTexts();
  const chosen = useReadable(chosenRuns);
  if (chosen.length === 0) return null;
  return (
    <div className={styles['bar']} role="group" aria-label={t('compare.bar')}>
      <span role="status">{t('compare.selected', { count: chosen.length })}</span>
      {chosen.length < 2 ? (
        <span className={styles['hint']}>{t('compare.needTwo')}</span>
      ) : (
        <a className="button button-primary" href={toCompare(writeCompare({ places: chosen }))} data-testid="compare-runs">
          <Icon name="training" />
          <span>{t('compare.button')}</span>
        </a>
      )}
      <Button tone="quiet" icon="close" onClick={() => chosenRuns.set([])} data-testid="compare-clear">
        {t('compare.clear')}
      </Button>
    </div>
  );
}
