import { useCallback, useState, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import type { ImportEntry } from '@shared/model/import';
import { ImportDraft } from '../../../data/import-draft';
import { isEnough } from '../../../data/import-mapping';
import { toAppError } from '../../../data/loadable';
import { currentTexts, useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Progress } from '../../../ui/Progress';
import { ImportOutcome } from './ImportOutcome';
import { ImportPlanForm } from './ImportPlanForm';
import { ImportReport } from './ImportReport';

interface ImportItemProps {
  readonly entry: ImportEntry;
  /** Another one, or this one, runs. */
  readonly blocked: boolean;
  /** A link that leaves the page was followed. */
  readonly onFollow: () => void;
}

/** One file: what it is, how far it was read, what can be done with it. */
export function ImportItem({ entry, blocked, onFollow }: ImportItemProps): ReactNode {
  const { t, format } = useTexts();
  const { client } = useServices();
  const { id, stage, preview, figures } = entry;
  const [failure, setFailure] = useState<AppError | null>(null);
  const [reading, setReading] = useState(false);
  const asking = (work: Promise<unknown>): void => {
    setFailure(null);
    work.catch((error: unknown) => setFailure(toAppError(error)));
  };
  const size = format.quantity(entry.bytes, 'B', 0);
  const kind = preview === null ? null : t(`import.format.${preview.format}`);
  const canBegin = stage === 'ready' || stage === 'stopped' || stage === 'failed';
  const draft = useImportDraft(entry, canBegin);
  const badLines = figures?.badLines ?? 0;
  return (
    <li className="import" data-import={entry.name} data-stage={stage}>
      <div className="import-head">
        <span className="import-name">{entry.name}</span>
        <span className="import-kind">
          {[kind, preview?.packed === true ? 'gzip' : null, format.withUnit(size)].filter((part) => part !== null).join(' · ')}
        </span>
        <span className="import-buttons">
          {canBegin && draft ? (
            <StartButton
              draft={draft}
              blocked={blocked}
              resume={stage !== 'ready'}
              onStart={() => asking(client.call('import.start', { id, plan: draft.plan }))}
            />
          ) : null}
          {stage === 'running' ? (
            <Button icon="stop" onClick={() => asking(client.call('import.stop', { id }))} data-testid="import-stop">
              {t('import.stop')}
            </Button>
          ) : (
            <IconButton
              icon="trash"
              label={t('import.forget', { name: entry.name })}
              onClick={() => asking(client.call('import.forget', { id }))}
              data-testid="import-forget"
            />
          )}
        </span>
      </div>
      {failure ? <ErrorNote error={failure} /> : null}
      {entry.error ? <ErrorNote error={new AppError(entry.error.code, entry.error.message)} /> : null}
      {stage === 'receiving' ? <Received entry={entry} /> : null}
      {figures ? <Figures entry={entry} figures={figures} /> : null}
      {canBegin && draft ? <ImportPlanForm draft={draft} /> : null}
      {entry.outcome && figures ? <ImportOutcome outcome={entry.outcome} onFollow={onFollow} /> : null}
      {badLines > 0 || entry.outcome?.hasReport === true ? (
        <Button tone="quiet" aria-expanded={reading} onClick={() => setReading(!reading)} data-testid="import-report">
          {t('import.report')}
        </Button>
      ) : null}
      {reading ? <ImportReport id={id} name={entry.name} /> : null}
    </li>
  );
}

/** What is said of the file, for as long as it can be begun. */
function useImportDraft({ id, preview, plan }: ImportEntry, canBegin: boolean): ImportDraft | null {
  const { client } = useServices();
  const isThere = canBegin && preview !== null;
  // The entry is another object with each piece of news; what was said of it before is what the form begins with.
  const [first, setFirst] = useState<Pick<ImportEntry, 'preview' | 'plan'> | null>(null);
  if (isThere && first === null) setFirst({ preview, plan });
  if (!isThere && first !== null) setFirst(null);
  const make = useCallback(
    () => (first?.preview ? new ImportDraft(client, id, first.preview, first.plan, readNumber) : NOTHING),
    [client, id, first],
  );
  const made = useDisposable<ImportDraft | typeof NOTHING>(make);
  return made instanceof ImportDraft ? made : null;
}

const readNumber = (text: string): number | null => currentTexts().format.parse(text);

const NOTHING = { dispose: (): void => undefined };

interface StartButtonProps {
  readonly draft: ImportDraft;
  readonly blocked: boolean;
  readonly resume: boolean;
  readonly onStart: () => void;
}

function StartButton({ draft: store, blocked, resume, onStart }: StartButtonProps): ReactNode {
  const { t, format } = useTexts();
  const { draft, preview, asking } = useReadable(store);
  return (
    <Button
      tone="primary"
      disabled={blocked || asking || !isEnough(preview, draft, format.parse)}
      onClick={onStart}
      data-testid="import-start"
    >
      {resume ? t('import.resume') : t('import.start')}
    </Button>
  );
}

function Received({ entry }: { readonly entry: ImportEntry }): ReactNode {
  const { t, format } = useTexts();
  const share = entry.receivedBytes / Math.max(1, entry.bytes);
  return (
    <div className="import-progress" role="status">
      <Progress label={t('import.receiving')} share={share} />
      <span>{t('import.receivedPart', { share: format.percent(share) })}</span>
    </div>
  );
}

function Figures({ entry, figures }: { readonly entry: ImportEntry; readonly figures: NonNullable<ImportEntry['figures']> }): ReactNode {
  const { t, format } = useTexts();
  const share = figures.doneBytes / Math.max(1, figures.totalBytes);
  const figure = (value: number): string => format.number(value, 0);
  return (
    <>
      {entry.stage === 'done' ? null : (
        <div className="import-progress">
          <Progress
            label={t('import.progress', { name: entry.name })}
            share={share}
            tone={entry.stage === 'running' ? 'accent' : 'still'}
          />
          <span>{format.percent(share)}</span>
        </div>
      )}
      <p className="import-figures" role="status" data-testid="import-figures">
        {[
          entry.stage === 'stopped' ? t('import.stopped') : null,
          t('import.samples', { count: figures.samples, figure: figure(figures.samples) }),
          t('import.lines', { count: figures.line - 1, figure: figure(figures.line - 1) }),
          figures.badLines > 0 ? t('import.badLines', { count: figures.badLines, figure: figure(figures.badLines) }) : null,
          entry.samplesPerS === null ? null : t('import.rate', { figure: figure(entry.samplesPerS) }),
        ]
          .filter((part) => part !== null)
          .join(' · ')}
      </p>
    </>
  );
}
