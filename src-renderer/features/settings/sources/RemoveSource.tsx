import type { ReactNode } from 'react';
import type { CollectorInfo } from '@shared/model/collector';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';

/** Asks before a source goes: what is recorded stays, what it was set to does not. */
export function RemoveSource({ source, onClose }: { readonly source: CollectorInfo; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  return (
    <ConfirmDialog
      title={t('sources.remove', { source: formatMessage(t, source.name) })}
      confirm={t('sources.remove.short')}
      testId="source-remove-yes"
      onConfirm={() => client.call('collectors.remove', { id: source.id })}
      onClose={onClose}
    >
      <p>{t('sources.remove.text')}</p>
    </ConfirmDialog>
  );
}
