import { useCallback, type ReactNode } from 'react';
import { RUNS_PER_PAGE, RunList } from '../../data/run-list';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Pager } from './Pager';
import { RunTable } from './RunTable';
import { StartForm } from './StartForm';
import './training.css';

/** The runs, newest first, and the form that starts another. */
export function TrainingPage(): ReactNode {
  const { client } = useServices();
  const list = useDisposable(useCallback(() => new RunList(client), [client]));
  return (
    <div className="training">
      {list === null ? <section className="training-runs" /> : <Runs list={list} />}
      <StartForm />
    </div>
  );
}

function Runs({ list }: { readonly list: RunList }): ReactNode {
  const { t } = useTexts();
  const page = useReadable(list.page);
  const { offset } = useReadable(list.query);
  const active = useValue(useServices().runs)?.length ?? 0;
  const total = page.state === 'ready' ? page.value.total : 0;
  return (
    <section className="training-runs" aria-labelledby="runs-title">
      <div className="page-head">
        <h1 id="runs-title">{t('training.title')}</h1>
        {page.state === 'ready' ? <span className="page-note">{t('training.count', { count: total, active })}</span> : null}
      </div>
      {page.state === 'failed' ? <ErrorNote error={page.error} /> : null}
      {page.state === 'ready' && total === 0 ? (
        <EmptyState icon="training" title={t('training.empty.title')}>
          {t('training.empty.step')}
        </EmptyState>
      ) : null}
      {page.state === 'ready' && page.value.rows.length > 0 ? <RunTable runs={page.value.rows} /> : null}
      {total > RUNS_PER_PAGE ? <Pager offset={offset} total={total} onOffset={(next) => list.change({ offset: next })} /> : null}
    </section>
  );
}
