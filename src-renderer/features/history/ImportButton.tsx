import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';

/** Opens the page of imports; while one runs it shows how far it is. `named`: with its name written out. */
export function ImportButton({ named = false }: { readonly named?: boolean }): ReactNode {
  const { t, format } = useTexts();
  const { work } = useServices();
  const running = useValue(work.imports)?.entries.find(({ stage }) => stage === 'running');
  const share = running?.figures ? running.figures.doneBytes / Math.max(1, running.figures.totalBytes) : 0;
  const show = (): void => work.isImporting.set(true);
  return named || running ? (
    <Button icon="upload" onClick={show} data-testid="import" aria-label={t('import.title')}>
      {running ? format.percent(share) : t('import.title')}
    </Button>
  ) : (
    <IconButton icon="upload" label={t('import.title')} onClick={show} data-testid="import" />
  );
}
