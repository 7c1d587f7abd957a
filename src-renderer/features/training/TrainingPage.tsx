import type { ReactNode } from 'react';
import { isFinal } from '@shared/model/run';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { RunTable } from './RunTable';
import { StartForm } from './StartForm';
import './training.css';

/** All runs, newest first, and the form that starts another. */
export function TrainingPage(): ReactNode {
  const { t } = useTexts();
  const runs = useReadable(useServices().runs);
  const active = runs.state === 'ready' ? runs.value.filter((run) => !isFinal(run.status)).length : 0;
  return (
    <div className="training">
      <section className="training-runs" aria-labelledby="runs-title">
        <div className="page-head">
          <h1 id="runs-title">{t('training.title')}</h1>
          {runs.state === 'ready' ? <span className="page-note">{t('training.count', { count: runs.value.length, active })}</span> : null}
        </div>
        {runs.state === 'failed' ? <ErrorNote error={runs.error} /> : null}
        {runs.state === 'ready' && runs.value.length === 0 ? (
          <EmptyState icon="training" title={t('training.empty.title')}>
            {t('training.empty.step')}
          </EmptyState>
        ) : null}
        {runs.state === 'ready' && runs.value.length > 0 ? <RunTable runs={runs.value} /> : null}
      </section>
      <StartForm />
    </div>
  );
}
