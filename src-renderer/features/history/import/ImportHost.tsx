import { createContext, useCallback, useMemo, useState, type ReactNode } from 'react';
import type { ImportState } from '@shared/model/import';
import { useAsked } from '../../../app/ask';
import { ImportUpload } from '../../../data/import-upload';
import { StreamStore } from '../../../data/stream-store';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { ImportDialog } from './ImportDialog';

export type LiveImports = StreamStore<'import.live', ImportState>;

export interface Imports {
  readonly live: LiveImports;
  /** Opens the page of imports. */
  readonly show: () => void;
}

/** Null until what it is made of is there. */
export const ImportContext = createContext<Imports | null>(null);

/** Keeps the page of imports while what lies below it changes: the first series to arrive turns an empty page into a full one. */
export function ImportHost({ children }: { readonly children: ReactNode }): ReactNode {
  const { client } = useServices();
  const makeLive = useCallback((): LiveImports => new StreamStore(client, 'import.live', {}, (_, frame) => frame), [client]);
  const live = useDisposable(makeLive);
  // Here rather than in the dialog: closing that does not stop it.
  const makeUpload = useCallback(() => new ImportUpload(client), [client]);
  const upload = useDisposable(makeUpload);
  const [open, setOpen] = useState(false);
  useAsked('history.import', () => setOpen(true));
  const imports = useMemo(() => (live ? { live, show: () => setOpen(true) } : null), [live]);
  return (
    <ImportContext value={imports}>
      {children}
      {open && live && upload ? <OpenDialog live={live} upload={upload} onClose={() => setOpen(false)} /> : null}
    </ImportContext>
  );
}

function OpenDialog({
  live,
  upload,
  onClose,
}: {
  readonly live: LiveImports;
  readonly upload: ImportUpload;
  readonly onClose: () => void;
}): ReactNode {
  const answer = useReadable(live);
  return answer.state === 'ready' ? <ImportDialog state={answer.value} upload={upload} onClose={onClose} /> : null;
}
