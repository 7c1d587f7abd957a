import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { CollectorInfo } from '@shared/model/collector';
import { toAppError } from '../../../data/loadable';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';

/** Asks before a source goes: what is recorded stays, what it was set to does not. */
export function RemoveSource({ source, onClose }: { readonly source: CollectorInfo; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const remove = (): void => {
    setBusy(true);
    client.call('collectors.remove', { id: source.id }).then(onClose, (error: unknown) => {
      setBusy(false);
      setRefused(toAppError(error));
    });
  };
  return (
    <Dialog
      title={t('sources.remove', { source: formatMessage(t, source.name) })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="danger" disabled={busy} onClick={remove} data-testid="source-remove-yes">
            {t('sources.remove.short')}
          </Button>
        </>
      }
    >
      <p>{t('sources.remove.text')}</p>
      {refused === null ? null : <ErrorNote error={refused} />}
    </Dialog>
  );
}
