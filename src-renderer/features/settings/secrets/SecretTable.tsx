import type { ReactNode } from 'react';
import type { SecretInfo } from '@shared/model/secret';
import { toSettings } from '../../../app/paths';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { Button } from '../../../ui/Button';
import styles from './secrets.module.css';

interface SecretTableProps {
  readonly secrets: readonly SecretInfo[];
  readonly canKeep: boolean;
  readonly onReplace: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

export function SecretTable({ secrets, canKeep, onReplace, onRemove }: SecretTableProps): ReactNode {
  const { t, format } = useTexts();
  return (
    <table className="table" aria-label={t('secrets.kept')}>
      <thead>
        <tr>
          <th scope="col">{t('secrets.column.name')}</th>
          <th scope="col">{t('secrets.column.set')}</th>
          <th scope="col">{t('secrets.column.key')}</th>
          <th scope="col">{t('secrets.column.usedBy')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('sources.column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {secrets.map(({ id, setAtMs, keeper, isReadable, usedBy }) => (
          <tr key={id} data-secret={id}>
            <th scope="row" className={styles['id']}>
              {id}
            </th>
            <td>
              <time>{format.shortDateTime(setAtMs)}</time>
            </td>
            <td className={isReadable ? undefined : styles['locked']}>{isReadable ? t(`secrets.key.${keeper}`) : t('secrets.locked')}</td>
            <td>
              {usedBy.length === 0 ? (
                <span className={styles['unused']}>{t('secrets.unused')}</span>
              ) : (
                <ul className={styles['uses']}>
                  {usedBy.map(({ source, name, param }) => (
                    <li key={`${source} ${JSON.stringify(param)}`}>
                      <a href={toSettings('sources')}>{formatMessage(t, name)}</a> ({formatMessage(t, param)})
                    </li>
                  ))}
                </ul>
              )}
            </td>
            <td>
              <div className={styles['actions']}>
                <Button
                  disabled={!canKeep}
                  aria-label={t('secrets.replace', { secret: id })}
                  onClick={() => onReplace(id)}
                  data-testid={`secret-replace-${id}`}
                >
                  {t('secrets.replace.short')}
                </Button>
                <Button aria-label={t('secrets.remove', { secret: id })} onClick={() => onRemove(id)} data-testid={`secret-remove-${id}`}>
                  {t('secrets.remove.short')}
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
