import { useState, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import type { DataJob } from '@shared/model/dataset-import';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { Progress } from '../../ui/Progress';
import { hrefOf } from './data-view';
import styles from './data.module.css';

/** What is being taken in or made, and what became of it: it goes on when the page is left. */
export function Jobs({ jobs }: { readonly jobs: readonly DataJob[] }): ReactNode {
  const { t } = useTexts();
  if (jobs.length === 0) return null;
  return (
    <ul className={styles['jobs']} aria-label={t('data.jobs')} data-testid="data-jobs">
      {jobs.map((job) => (
        <Job key={job.id} job={job} />
      ))}
    </ul>
  );
}

function Job({ job }: { readonly job: DataJob }): ReactNode {
  const { t, format } = useTexts();
  const { client } = useServices();
  const [refused, setRefused] = useState<AppError | null>(null);
  const { id, name, kind, stage, progress, result, error } = job;
  const isOpen = stage === 'waiting' || stage === 'running';
  const ask = (command: 'data.stop' | 'data.forget'): void =>
    void client.call(command, { job: id }).catch((why: unknown) => setRefused(toAppError(why)));
  return (
    <li data-job={stage}>
      <div className={styles['job']}>
        <strong>{name}</strong>
        <span role="status">
          {t(`data.job.${kind}.${stage}`)}
          {progress === null
            ? null
            : ` · ${t(`data.stage.${progress.stage}`)} · ${t('data.job.rows', { count: progress.rows, rows: format.number(progress.rows, 0) })}`}
        </span>
        {result === null ? null : <a href={hrefOf({ dataset: result.dataset, version: result.version })}>{t('data.job.open')}</a>}
        <span className="toolbar-end">
          <Button tone="quiet" icon={isOpen ? 'stop' : 'close'} onClick={() => ask(isOpen ? 'data.stop' : 'data.forget')}>
            {t(isOpen ? 'data.job.stop' : 'data.job.forget')}
          </Button>
        </span>
      </div>
      {isOpen ? (
        <Progress
          label={name}
          share={progress === null || progress.totalBytes === 0 ? null : Math.min(1, progress.doneBytes / progress.totalBytes)}
        />
      ) : null}
      {error === null ? null : <ErrorNote error={new AppError(error.code, error.message)} />}
      {refused === null ? null : <ErrorNote error={refused} />}
    </li>
  );
}
