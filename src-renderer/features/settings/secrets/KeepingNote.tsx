import type { ReactNode } from 'react';
import type { SecretKeeping } from '@shared/model/secret';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { Icon } from '../../../ui/Icon';
import { Repair } from '../../../ui/Repair';
import styles from './secrets.module.css';

/** Where credentials and their key are, and what would guard them better. */
export function KeepingNote({ keeping }: { readonly keeping: SecretKeeping | null }): ReactNode {
  const { t } = useTexts();
  const state = keeping?.state ?? 'failing';
  return (
    <div
      className={`${styles['keeping'] ?? ''} ${styles[state] ?? ''}`}
      role={state === 'failing' ? 'alert' : undefined}
      data-testid="secrets-keeping"
    >
      <Icon name={state === 'works' ? 'check' : 'warning'} />
      <div>
        <p>{keeping === null ? t('secrets.nowhere') : formatMessage(t, keeping.detail)}</p>
        {keeping === null || keeping.repair === null ? null : <Repair repair={keeping.repair} />}
        <p className={styles['how']}>{t('secrets.how')}</p>
      </div>
    </div>
  );
}
