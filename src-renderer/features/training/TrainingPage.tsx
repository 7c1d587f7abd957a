import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { RunFacets } from '@shared/model/run-list';
import { valueOf } from '../../data/loadable';
import { RunList } from '../../data/run-list';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand, useDisposable, useReadable, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { CompareBar } from './compare/ChooseRun';
import { ImportRun } from './ImportRun';
import { remembered } from './run-view';
import { ProgramDialog } from './ProgramDialog';
import { QueuePanel } from './QueuePanel';
import { RunFilters } from './RunFilters';
import { RunTable } from './RunTable';
import { StartForm } from './StartForm';
import './training.css';

const noFacets: RunFacets = { runs: 0, tags: [], kinds: [], scalars: [], best: [], params: [] };

/** The runs, newest first until another order is chosen, and the form that starts another. */
export function TrainingPage(): ReactNode {
  const { client } = useServices();
  const [program, setProgram] = useState(false);
  const list = useDisposable(useCallback(() => new RunList(client, remembered.query ?? {}), [client]));
  return (
    <div className="training">
      {list === null ? <section className="training-runs" /> : <Runs list={list} />}
      <StartForm onProgram={() => setProgram(true)} />
      {program ? <ProgramDialog run={null} onClose={() => setProgram(false)} /> : null}
    </div>
  );
}

/** What there is to filter and sort by: asked for again whenever the list itself was. */
function useFacets(list: RunList): RunFacets {
  const { answer, reload } = useCommand('runs.facets', {});
  useEffect(() => {
    const heard = list.onAnswer(reload);
    return () => heard.dispose();
  }, [list, reload]);
  return valueOf(answer) ?? noFacets;
}

function Runs({ list }: { readonly list: RunList }): ReactNode {
  const { t } = useTexts();
  const page = useReadable(list.page);
  const { filter, sort } = useReadable(list.query);
  const facets = useFacets(list);
  const active = useValue(useServices().runs)?.length ?? 0;
  useEffect(() => {
    remembered.query = { filter, sort };
  }, [filter, sort]);
  const total = page.state === 'ready' ? page.value.total : 0;
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <section className="training-runs">
      <div className="page-head">
        <h1>{t('training.title')}</h1>
        {page.state === 'ready' ? (
          <span className="page-note">{t(isFiltered ? 'training.found' : 'training.count', { count: total, active })}</span>
        ) : null}
        <span className="training-import">
          <ImportRun />
        </span>
      </div>
      <QueuePanel />
      {page.state === 'failed' ? <ErrorNote error={page.error} /> : null}
      {isFiltered || total > 0 ? (
        <RunTable list={list} page={valueOf(page)} facets={facets} filters={<RunFilters list={list} facets={facets} />} />
      ) : null}
      <CompareBar />
      {page.state === 'ready' && total === 0 ? (
        <EmptyState icon="training" title={t(isFiltered ? 'training.nothing.title' : 'training.empty.title')}>
          {t(isFiltered ? 'training.nothing.step' : 'training.empty.step')}
        </EmptyState>
      ) : null}
    </section>
  );
}
