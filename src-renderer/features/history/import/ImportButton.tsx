import { useContext, type ReactNode } from 'react';
import { useTexts } from '../../../i18n/use-texts';
import { useReadable } from '../../../rpc/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { ImportContext, type Imports } from './ImportHost';
import './import.css';

/** Opens the page of imports; while one runs it shows how far it is. `named`: with its name written out. */
export function ImportButton({ named = false }: { readonly named?: boolean }): ReactNode {
  const imports = useContext(ImportContext);
  return imports ? <LiveButton imports={imports} named={named} /> : null;
}

function LiveButton({ imports, named }: { readonly imports: Imports; readonly named: boolean }): ReactNode {
  const { t, format } = useTexts();
  const answer = useReadable(imports.live);
  if (answer.state !== 'ready') return null;
  const running = answer.value.entries.find(({ stage }) => stage === 'running');
  const share = running?.figures ? running.figures.doneBytes / Math.max(1, running.figures.totalBytes) : 0;
  return named || running ? (
    <Button icon="upload" onClick={imports.show} data-testid="import" aria-label={t('import.title')}>
      {running ? format.percent(share) : t('import.title')}
    </Button>
  ) : (
    <IconButton icon="upload" label={t('import.title')} onClick={imports.show} data-testid="import" />
  );
}
