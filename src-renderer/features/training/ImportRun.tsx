import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { ProgramsAllowed } from '@shared/contract/programs';
import type { ImportFolder } from '@shared/contract/run-imports';
import { toAppError, valueOf } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { ImportRunDialog } from './ImportRunDialog';

const NOTHING = {};
const whole = (_: ProgramsAllowed | null, frame: ProgramsAllowed): ProgramsAllowed => frame;

type Shown = { readonly folder: ImportFolder } | { readonly error: AppError } | 'console';

/** Asks for a folder in a dialog of the desktop, and shows what is in it; a browser is told where it can be done. */
export function ImportRun(): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const canChoose = valueOf(useStream('programs.allowed', NOTHING, whole))?.canChoose;
  const [shown, setShown] = useState<Shown | null>(null);
  const close = (): void => setShown(null);

  const choose = async (): Promise<void> => {
    if (canChoose === false) return setShown('console');
    try {
      const { folder } = await client.call('runImports.choose', {});
      if (folder !== null) setShown({ folder });
    } catch (failure) {
      setShown({ error: toAppError(failure) });
    }
  };

  return (
    <>
      <Button icon="upload" tone="quiet" onClick={() => void choose()} disabled={canChoose === undefined} data-testid="import-run">
        {t('runImport.open')}
      </Button>
      {shown === null ? null : shown !== 'console' && 'folder' in shown ? (
        <ImportRunDialog key={shown.folder.id} folder={shown.folder} onOther={() => void choose()} onClose={close} />
      ) : (
        <Dialog title={t('runImport.title')} onClose={close} actions={<Button onClick={close}>{t('runImport.close')}</Button>}>
          {shown === 'console' ? (
            <>
              <p className="page-note">{t('runImport.console')}</p>
              <Copyable text={`npm start -- import-run ${t('runImport.folder')}`} />
            </>
          ) : (
            <ErrorNote error={shown.error} />
          )}
        </Dialog>
      )}
    </>
  );
}
