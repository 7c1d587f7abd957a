import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import type { ImportFolder } from '@shared/contract/run-imports';
import type { RunImportResult } from '@shared/model/run-import';
import { toRun } from '../../app/paths';
import { go } from '../../app/router';
import { valueOf } from '../../data/loadable';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Progress } from '../../ui/Progress';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import styles from './ImportRun.module.css';

type Reading = StreamFrame<'runImports.read'>;

/** Of what is said of the files. */
const NOTICES_SHOWN = 5;

/** All that was said is kept; how far it is counts as it is now. */
function reduce(before: Reading | null, frame: Reading, first: boolean): Reading {
  return { ...frame, notices: first || before === null ? frame.notices : [...before.notices, ...frame.notices] };
}

interface ImportRunDialogProps {
  readonly folder: ImportFolder;
  readonly onOther: () => void;
  readonly onClose: () => void;
}

/** What is in a folder, before it is kept; then how far the keeping is. The run that it becomes opens its own page. */
export function ImportRunDialog({ folder, onOther, onClose }: ImportRunDialogProps): ReactNode {
  const { t, format } = useTexts();
  const [keep, setKeep] = useState(false);
  const asked = useMemo(() => ({ id: folder.id, keep }), [folder.id, keep]);
  const reading = useStream('runImports.read', asked, reduce);
  const now = valueOf(reading);
  const result = now?.result ?? null;
  const kept = keep && result?.done === true ? result.runId : null;
  useEffect(() => {
    if (kept === null) return;
    onClose();
    go(toRun(kept));
  }, [kept, onClose]);
  return (
    <Dialog
      title={t('runImport.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {keep ? null : (
            <Button onClick={onOther} data-testid="import-run-other">
              {t('runImport.other')}
            </Button>
          )}
          <Button
            tone="primary"
            disabled={keep || result === null || result.scalars === 0}
            onClick={() => setKeep(true)}
            data-testid="import-run-keep"
          >
            {t(keep ? 'runImport.keeping' : 'runImport.keep')}
          </Button>
        </>
      }
    >
      <p className={styles['path']}>{folder.path}</p>
      {reading.state === 'failed' ? <ErrorNote error={reading.error} /> : null}
      {result === null && reading.state !== 'failed' ? (
        <>
          <Progress
            label={t(keep ? 'runImport.keeping' : 'runImport.looking')}
            share={now === null || now.totalBytes === 0 ? null : now.doneBytes / now.totalBytes}
          />
          <p className="page-note" role="status">
            {t('runImport.progress', { points: format.number(now?.points ?? 0, 0) })}
          </p>
        </>
      ) : null}
      {result === null ? null : <Found result={result} />}
      {now === null || now.notices.length === 0 ? null : (
        <ul className={styles['notices']}>
          {now.notices.slice(0, NOTICES_SHOWN).map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

type FoundScalar = RunImportResult['found'][number];
const nameOf = ({ name }: FoundScalar): string => name;

function scalarColumns({ t, format }: Texts): DataColumn<FoundScalar>[] {
  const number = (id: 'points' | 'lastStep' | 'last', name: string, digits: number): DataColumn<FoundScalar> => ({
    id,
    name,
    isNumber: true,
    value: (scalar) => scalar[id],
    text: (scalar) => format.number(scalar[id], digits),
  });
  return [
    { id: 'name', name: t('runImport.name'), role: 'head', wraps: true, value: nameOf },
    number('points', t('runImport.points'), 0),
    number('lastStep', t('runImport.lastStep'), 0),
    number('last', t('runImport.last'), 4),
  ];
}

function Found({ result }: { readonly result: RunImportResult }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const columns = useMemo(() => scalarColumns(texts), [texts]);
  const { scalars, points, fresh, withoutTime, isKnown, found } = result;
  if (scalars === 0) return <p className="page-note">{t('runImport.none')}</p>;
  return (
    <>
      <p data-testid="import-run-sum">{t('runImport.sum', { scalars: format.number(scalars, 0), points: format.number(points, 0) })}</p>
      <div className={styles['found']}>
        <DataTable
          id="import-run-found"
          label={t('runImport.found')}
          columns={columns}
          rows={found}
          rowId={nameOf}
          fills
          testId="import-run-found"
        />
      </div>
      {scalars > found.length ? <p className="page-note">{t('runImport.more', { count: scalars - found.length })}</p> : null}
      {isKnown ? <p className="page-note">{t('runImport.known', { count: fresh })}</p> : null}
      {withoutTime > 0 ? <p className="page-note">{t('runImport.withoutTime', { count: withoutTime })}</p> : null}
      <p className="page-note">{t('runImport.unmetered')}</p>
    </>
  );
}
