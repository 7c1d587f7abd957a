import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { SecretInfo } from '@shared/model/secret';
import { toAppError } from '../../../data/loadable';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';

/** Asks before a credential goes, and says what cannot sign in without it. */
export function RemoveSecret({ secret, onClose }: { readonly secret: SecretInfo; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const remove = (): void => {
    setBusy(true);
    client.call('secrets.remove', { id: secret.id }).then(onClose, (error: unknown) => {
      setBusy(false);
      setRefused(toAppError(error));
    });
  };
  const users = [...new Set(secret.usedBy.map(({ name }) => formatMessage(t, name)))];
  return (
    <Dialog
      title={t('secrets.remove', { secret: secret.id })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="danger" disabled={busy} onClick={remove} data-testid="secret-remove-yes">
            {t('secrets.remove.short')}
          </Button>
        </>
      }
    >
      <p>
        {users.length === 0
          ? t('secrets.remove.text')
          : t('secrets.remove.used', { sources: users.reduce((list, next) => t('message.list', { list, next })) })}
      </p>
      {refused === null ? null : <ErrorNote error={refused} />}
    </Dialog>
  );
}
