import type { ReactNode } from 'react';
import { useAsked } from '../../../app/ask';
import { useServices } from '../../../rpc/context';
import { useReadable } from '../../../rpc/hooks';
import { ImportDialog } from './ImportDialog';

/** The page of imports, over whatever page is shown, while it is open. */
export function ImportHost(): ReactNode {
  const { work } = useServices();
  useAsked('history.import', () => work.isImporting.set(true));
  const open = useReadable(work.isImporting);
  const answer = useReadable(work.imports);
  return open ? <ImportDialog answer={answer} uploads={work.uploads} onClose={() => work.isImporting.set(false)} /> : null;
}
