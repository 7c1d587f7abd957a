import { useMemo, type ReactNode } from 'react';
import type { Quantity } from '@shared/model/provenance';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import { QuantityText } from '../../ui/QuantityText';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';

export interface NamedQuantity {
  readonly name: string;
  readonly quantity: Quantity;
  /** The one by whose unit it is shown, in its own unit: energies that are added are read in one. */
  readonly like?: number | null;
  /** In a sum: what is added up, or what it comes to. */
  readonly level?: 'total' | 'part' | 'plain' | undefined;
  /** Beside its provenance. */
  readonly mark?: ReactNode;
}

interface QuantityTableProps {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly NamedQuantity[];
  /** Whether it can be written to a file here. */
  readonly hasTools: boolean;
}

const idOf = ({ name }: NamedQuantity): string => name;
const rowProps = ({ level }: NamedQuantity): { 'data-level': string } => ({ 'data-level': level ?? 'plain' });

/** Quantities by their names, in the order in which they are read: parts above what they add up to. */
export function QuantityTable({ id, title, rows, hasTools }: QuantityTableProps): ReactNode {
  const texts = useTexts();
  const columns = useMemo(() => columnsOf(texts), [texts]);
  return (
    <DataTable
      id={id}
      label={title}
      lead={<h2>{title}</h2>}
      columns={columns}
      rows={rows}
      rowId={idOf}
      rowProps={rowProps}
      tools={hasTools ? 'columns' : 'none'}
      showsHeads={false}
      className="energy-table"
      testId={id}
    />
  );
}

function columnsOf({ t, format }: Texts): DataColumn<NamedQuantity>[] {
  return [
    { id: 'name', name: t('run.figures.name'), role: 'head', canSort: false, wraps: true, value: ({ name }) => name },
    {
      id: 'value',
      name: t('run.figures.value'),
      isNumber: true,
      canSort: false,
      value: ({ quantity }) => quantity.value,
      text: ({ quantity }) => format.withUnit(format.quantity(quantity.value, quantity.unit, 3)),
      cell: ({ quantity, like }) => <QuantityText quantity={quantity} plain {...(like === undefined ? {} : { like })} />,
    },
    { id: 'unit', name: t('history.stats.unit'), isFileOnly: true, value: ({ quantity }) => quantity.unit },
    {
      id: 'provenance',
      name: t('room.flow.provenance'),
      canSort: false,
      className: 'energy-mark',
      value: ({ quantity }) => t(quantity.withheld === null ? `provenance.${quantity.provenance}` : `withheld.${quantity.withheld}`),
      cell: ({ quantity, mark }) => (
        <>
          {quantity.withheld === null ? (
            <ProvenanceBadge provenance={quantity.provenance} />
          ) : (
            <span className="energy-withheld">{t(`withheld.${quantity.withheld}`)}</span>
          )}
          {mark}
        </>
      ),
    },
  ];
}
