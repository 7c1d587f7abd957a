import { useRef, useState, type ReactNode } from 'react';
import type { ImportState } from '@shared/model/import';
import type { AppError } from '@shared/contract/errors';
import type { Uploads } from '../../../data/uploads';
import { toAppError, valueOf, type Loadable } from '../../../data/loadable';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useReadable } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Skeleton } from '../../../ui/Skeleton';
import { ImportItem } from './ImportItem';

/** Endings by which a browser's dialog finds the files; any other can be chosen too. */
const ENDINGS = '.om,.prom,.txt,.csv,.tsv,.gz';

/** Files of measurements: chosen, read, gone on with, and what came of them. What runs goes on when this is closed. */
export function ImportDialog({
  answer,
  uploads,
  onClose,
}: {
  readonly answer: Loadable<ImportState>;
  readonly uploads: Uploads;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);
  const follow = (work: Promise<unknown>): void => {
    setError(null);
    setBusy(true);
    work.catch((failure: unknown) => setError(toAppError(failure))).finally(() => setBusy(false));
  };
  const state = valueOf(answer);
  const failed = useReadable(uploads).filter((upload) => upload.state === 'failed');
  const choose = (): void => {
    if (state?.canChoose === true) follow(client.call('import.choose', {}));
    else field.current?.click();
  };
  return (
    <Dialog
      title={t('import.title')}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} data-testid="import-close">
            {t('ui.close')}
          </Button>
          <Button tone="primary" icon="upload" disabled={busy || state === null} onClick={choose} data-testid="import-choose">
            {t('import.choose')}
          </Button>
        </>
      }
    >
      <p className="section-note">{t('import.note')}</p>
      {answer.state === 'failed' ? <ErrorNote error={answer.error} onRetry={answer.resume} /> : null}
      {state?.notKept.map((localized, i) => (
        <p key={i} className="section-note" data-testid="import-not-kept">
          {formatMessage(t, localized)}
        </p>
      ))}
      {state?.canChoose === false ? (
        <input
          ref={field}
          type="file"
          hidden
          accept={ENDINGS}
          aria-label={t('import.choose')}
          data-testid="import-file"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) uploads.start(file);
            // So that the same file can be chosen again.
            event.target.value = '';
          }}
        />
      ) : null}
      {error ? <ErrorNote error={error} /> : null}
      {failed.map((upload) => upload.error && <ErrorNote key={upload.key} error={upload.error} />)}
      {state === null ? (
        <Skeleton lines={3} />
      ) : state.entries.length === 0 ? (
        <p className="facts-empty">{t('import.none')}</p>
      ) : (
        <ul className="imports" aria-label={t('import.list')}>
          {state.entries.map((entry) => (
            <ImportItem key={entry.id} entry={entry} blocked={state.entries.some(({ stage }) => stage === 'running')} onFollow={onClose} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}
