import type { ReactNode } from 'react';
import type { SecretInfo } from '@shared/model/secret';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';

/** Asks before a credential goes, and says what cannot sign in without it. */
export function RemoveSecret({ secret, onClose }: { readonly secret: SecretInfo; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const users = [...new Set(secret.usedBy.map(({ name }) => formatMessage(t, name)))];
  return (
    <ConfirmDialog
      title={t('secrets.remove', { secret: secret.id })}
      confirm={t('secrets.remove.short')}
      testId="secret-remove-yes"
      onConfirm={() => client.call('secrets.remove', { id: secret.id })}
      onClose={onClose}
    >
      <p>
        {users.length === 0
          ? t('secrets.remove.text')
          : t('secrets.remove.used', { sources: users.reduce((list, next) => t('message.list', { list, next })) })}
      </p>
    </ConfirmDialog>
  );
}
