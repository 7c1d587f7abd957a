import { useMemo, type ReactNode } from 'react';
import type { DoctorItem } from '@shared/model/doctor';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { Copyable } from '../../ui/Copyable';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';

const groups = ['sensor', 'engine', 'permission', 'storage', 'interface'] as const;
/** What wants a person first. */
const states = ['failing', 'forbidden', 'missing', 'partial', 'works'] as const;

const idOf = ({ id }: DoctorItem): string => id;
const rowProps = ({ id, state }: DoctorItem): { 'data-item': string; 'data-state': string } => ({ 'data-item': id, 'data-state': state });

/** Everything that was looked at, by what it belongs to until another order is chosen. */
export function DoctorTable({ items }: { readonly items: readonly DoctorItem[] }): ReactNode {
  const texts = useTexts();
  const columns = useMemo(() => columnsOf(texts), [texts]);
  const rows = useMemo(() => groups.flatMap((group) => items.filter((item) => item.group === group)), [items]);
  return (
    <DataTable
      id="doctor"
      label={texts.t('doctor.title')}
      columns={columns}
      rows={rows}
      rowId={idOf}
      rowProps={rowProps}
      className="doctor-table"
    />
  );
}

function columnsOf({ t }: Texts): DataColumn<DoctorItem>[] {
  return [
    {
      id: 'state',
      name: t('doctor.column.state'),
      value: ({ state }) => t(`doctor.code.${state}`),
      rank: ({ state }) => states.indexOf(state),
      cell: ({ state }) => (
        <span className={`doctor-state doctor-${state}`}>
          <span className="status-mark" aria-hidden />
          {t(`doctor.code.${state}`)}
        </span>
      ),
    },
    {
      id: 'name',
      name: t('doctor.column.item'),
      role: 'head',
      className: 'doctor-name',
      wraps: true,
      value: ({ name }) => formatMessage(t, name),
    },
    { id: 'group', name: t('doctor.column.group'), className: 'doctor-of', value: ({ group }) => t(`doctor.group.${group}`) },
    {
      id: 'finding',
      name: t('doctor.column.finding'),
      wraps: true,
      value: ({ detail, repair }) => [detail, ...(repair === null ? [] : [repair])].map((part) => formatMessage(t, part)).join(' – '),
      cell: ({ detail, repair }) => (
        <>
          <span className="doctor-detail">{formatMessage(t, detail)}</span>
          {repair === null ? null : (
            <span className="doctor-repair">
              <span className="doctor-repair-label">{t('doctor.repair')}</span>
              <Copyable text={formatMessage(t, repair)} />
            </span>
          )}
        </>
      ),
    },
  ];
}
