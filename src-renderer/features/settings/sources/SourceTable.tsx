import { useEffect, type ReactNode } from 'react';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useCommand } from '../../../rpc/hooks';
import { SourceRow } from './SourceRow';
import styles from './sources.module.css';

interface SourceTableProps {
  readonly name: string;
  readonly sources: readonly CollectorInfo[];
  readonly kinds: readonly CollectorKindInfo[];
  readonly onEdit: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

/** Sources with their state, their last reading and what can be done about each. */
export function SourceTable({ name, sources, kinds, onEdit, onRemove }: SourceTableProps): ReactNode {
  const { t } = useTexts();
  const { answer, reload } = useCommand('doctor.report');
  // The doctor is asked again whenever a source fares otherwise.
  const states = sources.map(({ id, condition, error }) => `${id} ${condition} ${error === null}`).join('\n');
  useEffect(() => reload(), [reload, states]);
  const items = answer.state === 'ready' ? answer.value.items : [];
  return (
    <table className={`table ${styles['table'] ?? ''}`} aria-label={name}>
      <thead>
        <tr>
          <th scope="col">{t('sources.column.source')}</th>
          <th scope="col">{t('sources.column.state')}</th>
          <th scope="col">{t('sources.column.last')}</th>
          <th scope="col" className="num">
            {t('sources.column.series')}
          </th>
          <th scope="col">{t('sources.column.read')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('sources.column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => {
          const kind = kinds.find(({ id }) => id === source.kind);
          return (
            <SourceRow
              key={source.id}
              source={source}
              kind={kind}
              name={formatMessage(t, source.name)}
              items={items.filter(({ id }) => id === `sensor.${source.id}` || id.startsWith(`sensor.${source.id}-`))}
              onEdit={() => onEdit(source.id)}
              onRemove={() => onRemove(source.id)}
            />
          );
        })}
      </tbody>
    </table>
  );
}
