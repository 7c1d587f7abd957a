import { useMemo, useState, type ReactNode } from 'react';
import type { Backup, BackupState } from '@shared/model/backup';
import { isAppError } from '@shared/contract/errors';
import { toAppError } from '../../data/loadable';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Progress } from '../../ui/Progress';
import { Skeleton } from '../../ui/Skeleton';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { useToast } from '../../ui/Toasts';

/** Copies of the whole database: made beside it, and put in its place at the next start. */
export function Backups(): ReactNode {
  const answer = useReadable(useServices().work.backups);
  if (answer.state === 'loading') return <Skeleton lines={3} />;
  if (answer.state === 'failed') return <ErrorNote error={answer.error} onRetry={answer.resume} />;
  return <BackupsShown state={answer.value.state} />;
}

function BackupsShown({ state }: { readonly state: BackupState }): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const toast = useToast();
  const [asking, setAsking] = useState<string | null>(null);
  const { job, staged } = state;
  const failed = (failure: unknown): void => toast(({ t }) => errorText(t, toAppError(failure)), 'bad');
  // How a copy ends stands under Activity, also when this page is gone by then; what was refused at once does not.
  const refused = (failure: unknown): void => {
    if (isAppError(failure, 'conflict') || isAppError(failure, 'disconnected')) failed(failure);
  };
  const create = (): void => void client.call('backup.create', {}).catch(refused);
  const restore = (name: string): void => {
    setAsking(null);
    client.call('backup.restore', { name }).catch(refused);
  };
  return (
    <section className="doctor-group backups" aria-label={t('doctor.backup.title')} data-testid="backups">
      <div className="backups-head">
        <h2>{t('doctor.backup.title')}</h2>
        <Button icon="download" disabled={job !== null} onClick={create} data-testid="backup-create">
          {t('doctor.backup.make')}
        </Button>
      </div>
      {job === null ? null : (
        <div className="backups-line" role="status">
          <span>{job.kind === 'backup' ? t('doctor.backup.working.backup') : t('doctor.backup.working.restore', { name: job.name })}</span>
          <Progress
            label={t('doctor.backup.title')}
            share={job.totalBytes === 0 || job.doneBytes >= job.totalBytes ? null : job.doneBytes / job.totalBytes}
          />
        </div>
      )}
      {staged === null ? null : (
        <div className="backups-line backups-staged" role="status" data-testid="backup-staged">
          <span>{t('doctor.backup.staged', { name: staged })}</span>
          <Button onClick={() => void client.call('backup.unstage', {}).catch(failed)} data-testid="backup-unstage">
            {t('doctor.backup.unstage')}
          </Button>
        </div>
      )}
      {state.backups.length === 0 ? (
        <p className="facts-empty">{t('doctor.backup.none')}</p>
      ) : (
        <BackupList backups={state.backups} disabled={job !== null} onRestore={setAsking} />
      )}
      <p className="backups-note" data-testid="backup-logs">
        {t('doctor.backup.logs')}
      </p>
      <p className="backups-line backups-note">
        {t('doctor.backup.folder')} <Copyable text={state.folder} />
      </p>
      {state.setAside.length === 0 ? null : (
        <p className="backups-note">
          {t('doctor.backup.aside', { count: state.setAside.length })} {state.setAside.join(', ')}
        </p>
      )}
      {asking === null ? null : (
        <Dialog
          title={t('doctor.backup.ask.title')}
          onClose={() => setAsking(null)}
          actions={
            <>
              <Button onClick={() => setAsking(null)}>{t('ui.cancel')}</Button>
              <Button tone="primary" onClick={() => restore(asking)} data-testid="backup-confirm">
                {t('doctor.backup.ask.confirm')}
              </Button>
            </>
          }
        >
          <p>{t('doctor.backup.ask.text', { name: asking })}</p>
        </Dialog>
      )}
    </section>
  );
}

interface BackupListProps {
  readonly backups: readonly Backup[];
  readonly disabled: boolean;
  readonly onRestore: (name: string) => void;
}

const nameOf = ({ name }: Backup): string => name;
const rowProps = ({ name }: Backup): { 'data-backup': string } => ({ 'data-backup': name });

function BackupList({ backups, disabled, onRestore }: BackupListProps): ReactNode {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): DataColumn<Backup>[] => [
      { id: 'name', name: t('doctor.backup.column.name'), role: 'head', className: 'doctor-name', wraps: true, value: nameOf },
      {
        id: 'made',
        name: t('doctor.backup.column.made'),
        first: 'descending',
        value: ({ madeAtMs }) => new Date(madeAtMs).toISOString(),
        cell: ({ madeAtMs }) => <time>{format.dateTime(madeAtMs)}</time>,
      },
      {
        id: 'size',
        name: t('doctor.backup.column.size'),
        isNumber: true,
        valueUnit: 'B',
        value: ({ bytes }) => bytes,
        text: ({ bytes }) => format.withUnit(format.quantity(bytes, 'B', 0)),
      },
      {
        id: 'actions',
        name: t('doctor.backup.column.actions'),
        role: 'actions',
        className: 'backup-actions',
        value: () => null,
        cell: ({ name }) => (
          <Button tone="quiet" disabled={disabled} onClick={() => onRestore(name)}>
            {t('doctor.backup.restore')}
          </Button>
        ),
      },
    ],
    [t, format, disabled, onRestore],
  );
  return (
    <DataTable
      id="backups"
      label={t('doctor.backup.list')}
      tools="none"
      columns={columns}
      rows={backups}
      rowId={nameOf}
      rowProps={rowProps}
    />
  );
}
