import { useCallback, useState, type ReactNode } from 'react';
import type { ImportState } from '@shared/model/import';
import { ImportUpload } from '../../../data/import-upload';
import { StreamStore } from '../../../data/stream-store';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { ImportDialog } from './ImportDialog';
import './import.css';

type Live = StreamStore<'import.live', ImportState>;

/** Opens the page of imports; while one runs it shows how far it is. `named`: with its name written out. */
export function ImportButton({ named = false }: { readonly named?: boolean }): ReactNode {
  const { client } = useServices();
  const make = useCallback((): Live => new StreamStore(client, 'import.live', {}, (_, frame) => frame), [client]);
  const live = useDisposable(make);
  // Here rather than in the dialog: closing that does not stop it.
  const makeUpload = useCallback(() => new ImportUpload(client), [client]);
  const upload = useDisposable(makeUpload);
  return live && upload ? <LiveButton live={live} upload={upload} named={named} /> : null;
}

function LiveButton({ live, upload, named }: { readonly live: Live; readonly upload: ImportUpload; readonly named: boolean }): ReactNode {
  const { t, format } = useTexts();
  const [open, setOpen] = useState(false);
  const answer = useReadable(live);
  if (answer.state !== 'ready') return null;
  const running = answer.value.entries.find(({ stage }) => stage === 'running');
  const show = (): void => setOpen(true);
  const share = running?.figures ? running.figures.doneBytes / Math.max(1, running.figures.totalBytes) : 0;
  return (
    <>
      {named || running ? (
        <Button icon="upload" onClick={show} data-testid="import" aria-label={t('import.title')}>
          {running ? `${format.number(share * 100, 0)} %` : t('import.title')}
        </Button>
      ) : (
        <IconButton icon="upload" label={t('import.title')} onClick={show} data-testid="import" />
      )}
      {open ? <ImportDialog state={answer.value} upload={upload} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
