import { useEffect, useMemo, type ReactNode } from 'react';
import type { MadeFileNow, MadeFilesNow } from '@shared/model/made-files';
import type { Run } from '@shared/model/run';
import { toAppError } from '../../../data/loadable';
import { errorText } from '../../../i18n/error-text';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Texts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useCommand, useValue } from '../../../rpc/hooks';
import { AgainButton } from '../../../ui/AgainButton';
import { Button } from '../../../ui/Button';
import { Copyable } from '../../../ui/Copyable';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Skeleton } from '../../../ui/Skeleton';
import { DataTable } from '../../../ui/table/DataTable';
import type { DataColumn } from '../../../ui/table/columns';
import { useToast } from '../../../ui/Toasts';
import { fetchFile } from '../../../data/save-file';

const pathOf = ({ path }: MadeFileNow): string => path;
const rowProps = ({ path, now }: MadeFileNow): { 'data-file': string; 'data-now': string } => ({ 'data-file': path, 'data-now': now });

/** What the program left in the folder that it ran in: looked up when the page opens, when its status changes, and when asked. */
export function MadeFiles({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const asked = useCommand('runs.files', { runId: run.id });
  const { answer, reload } = asked;
  useEffect(() => reload(), [reload, run.status]);
  return (
    <section className="facts facts-wide" aria-label={t('run.files.title')} data-testid="run-files">
      <h2>{t('run.files.title')}</h2>
      {answer.state === 'loading' ? <Skeleton lines={4} /> : null}
      {answer.state === 'failed' ? <ErrorNote error={answer.error} onRetry={reload} /> : null}
      {answer.state === 'ready' && answer.value.why !== null ? <p className="facts-note">{formatMessage(t, answer.value.why)}</p> : null}
      {answer.state === 'ready' && answer.value.made !== null ? <Listed runId={run.id} made={answer.value.made} /> : null}
      <span className="run-artifacts-actions">
        <AgainButton asked={asked} label={t('run.artifacts.reload')} look="quiet" />
      </span>
    </section>
  );
}

function Listed({ runId, made }: { readonly runId: string; readonly made: MadeFilesNow }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { client, info } = useServices();
  const isDesktop = useValue(info)?.runtime === 'desktop';
  const toast = useToast();
  const columns = useMemo(() => {
    const act = async (path: string): Promise<void> => {
      if (isDesktop) await client.call('runs.showFile', { runId, path });
      else fetchFile((await client.call('runs.fetchFile', { runId, path })).url);
    };
    return columnsOf(texts, isDesktop, (path) => {
      act(path).catch((failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'));
    });
  }, [texts, isDesktop, client, runId, toast]);
  const numbers = {
    files: format.number(made.count, 0),
    size: format.withUnit(format.quantity(made.bytes, 'B', 0)),
    since: format.dateTime(made.fromMs),
  };
  return (
    <>
      <p className="facts-note">{made.count === 0 ? t('run.files.none', numbers) : t('run.files.sum', numbers)}</p>
      {made.bounds.map((bound) => (
        <p key={bound} className="facts-note" data-testid={`run-files-${bound}`}>
          {t(`run.files.bound.${bound}`)}
        </p>
      ))}
      {made.files.length < made.count ? <p className="facts-note">{t('run.files.largest', { count: made.files.length })}</p> : null}
      {made.files.length === 0 ? null : (
        <DataTable
          id="run-files"
          label={t('run.files.title')}
          columns={columns}
          rows={made.files}
          rowId={pathOf}
          rowProps={rowProps}
          isDense
          testId="run-files-table"
        />
      )}
      <Copyable text={made.folder} />
    </>
  );
}

function columnsOf({ t, format }: Texts, isDesktop: boolean, onAct: (path: string) => void): DataColumn<MadeFileNow>[] {
  return [
    { id: 'path', name: t('run.files.column.file'), role: 'head', grows: true, value: pathOf },
    {
      id: 'bytes',
      name: t('run.files.column.size'),
      valueUnit: 'B',
      isNumber: true,
      value: ({ bytes }) => bytes,
      text: ({ bytes }) => format.withUnit(format.quantity(bytes, 'B', 0)),
    },
    {
      id: 'at',
      name: t('run.files.column.written'),
      first: 'descending',
      value: ({ atMs }) => new Date(atMs).toISOString(),
      text: ({ atMs }) => format.shortDateTime(atMs),
      cell: ({ atMs }) => <time>{format.shortDateTime(atMs)}</time>,
    },
    {
      id: 'what',
      name: t('run.files.column.what'),
      hint: t('run.files.what.hint'),
      value: ({ isNew, now }) =>
        now === 'gone'
          ? t('run.files.gone')
          : now === 'changed'
            ? t('run.files.changedSince')
            : isNew === null
              ? null
              : t(isNew ? 'run.files.new' : 'run.files.changed'),
    },
    {
      id: 'actions',
      name: t('run.files.column.actions'),
      role: 'actions',
      value: () => null,
      cell: ({ path, now }) =>
        now === 'gone' ? null : (
          <Button tone="quiet" aria-label={t(isDesktop ? 'run.files.show' : 'run.files.save', { file: path })} onClick={() => onAct(path)}>
            {t(isDesktop ? 'run.files.show.short' : 'run.files.save.short')}
          </Button>
        ),
    },
  ];
}
