import { useMemo, type ReactNode } from 'react';
import type { SecretInfo } from '@shared/model/secret';
import { toSettings } from '../../../app/paths';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Texts } from '../../../i18n/use-texts';
import { Button } from '../../../ui/Button';
import { DataTable } from '../../../ui/table/DataTable';
import type { DataColumn } from '../../../ui/table/columns';
import styles from './secrets.module.css';

interface SecretDeeds {
  readonly canKeep: boolean;
  readonly onReplace: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

const idOf = ({ id }: SecretInfo): string => id;
const rowProps = ({ id }: SecretInfo): { 'data-secret': string } => ({ 'data-secret': id });

export function SecretTable({
  secrets,
  canKeep,
  onReplace,
  onRemove,
}: SecretDeeds & { readonly secrets: readonly SecretInfo[] }): ReactNode {
  const texts = useTexts();
  const columns = useMemo(() => columnsOf(texts, { canKeep, onReplace, onRemove }), [texts, canKeep, onReplace, onRemove]);
  return <DataTable id="secrets" label={texts.t('secrets.kept')} columns={columns} rows={secrets} rowId={idOf} rowProps={rowProps} />;
}

function columnsOf({ t, format }: Texts, { canKeep, onReplace, onRemove }: SecretDeeds): DataColumn<SecretInfo>[] {
  return [
    { id: 'name', name: t('secrets.column.name'), role: 'head', className: styles['id'] ?? '', value: idOf },
    {
      id: 'set',
      name: t('secrets.column.set'),
      first: 'descending',
      value: ({ setAtMs }) => new Date(setAtMs).toISOString(),
      cell: ({ setAtMs }) => <time>{format.shortDateTime(setAtMs)}</time>,
    },
    {
      id: 'key',
      name: t('secrets.column.key'),
      value: ({ isReadable, keeper }) => (isReadable ? t(`secrets.key.${keeper}`) : t('secrets.locked')),
      cell: ({ isReadable, keeper }) => (
        <span className={isReadable ? undefined : styles['locked']}>{isReadable ? t(`secrets.key.${keeper}`) : t('secrets.locked')}</span>
      ),
    },
    {
      id: 'usedBy',
      name: t('secrets.column.usedBy'),
      wraps: true,
      value: ({ usedBy }) =>
        usedBy.length === 0 ? null : usedBy.map(({ name, param }) => `${formatMessage(t, name)} (${formatMessage(t, param)})`).join(', '),
      cell: ({ usedBy }) =>
        usedBy.length === 0 ? (
          <span className={styles['unused']}>{t('secrets.unused')}</span>
        ) : (
          <ul className={styles['uses']}>
            {usedBy.map(({ source, name, param }) => (
              <li key={`${source} ${JSON.stringify(param)}`}>
                <a href={toSettings('sources')}>{formatMessage(t, name)}</a> ({formatMessage(t, param)})
              </li>
            ))}
          </ul>
        ),
    },
    {
      id: 'actions',
      name: t('sources.column.actions'),
      role: 'actions',
      value: () => null,
      cell: ({ id }) => (
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
      ),
    },
  ];
}
