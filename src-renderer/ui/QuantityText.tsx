import type { ReactNode } from 'react';
import { isPartial } from '@shared/energy/coverage';
import type { Quantity } from '@shared/model/provenance';
import { unitText, useTexts } from '../i18n/use-texts';
import { ProvenanceMark } from './Provenance';
import { Unit } from './Unit';

interface QuantityTextProps {
  readonly quantity: Quantity | null;
  readonly digits?: number;
  /** Without its mark, where a column of the same kind carries it once. */
  readonly plain?: boolean;
  /** The largest of its column, whose prefix all share. */
  readonly like?: number | null;
}

/** A quantity in running text or a table cell: figure, unit, mark; withheld ones say why on hover. */
export function QuantityText({ quantity, digits = 1, plain = false, like }: QuantityTextProps): ReactNode {
  const { t, format } = useTexts();
  if (!quantity) return <span className="quantity quantity-none">{format.number(null, 0)}</span>;
  const figure =
    like === undefined ? format.quantity(quantity.value, quantity.unit, digits) : format.quantityLike(quantity.value, quantity.unit, like);
  const unit = unitText(t, figure.unit);
  const reason = quantity.withheld ? t(`withheld.${quantity.withheld}`) : undefined;
  return (
    <span className={`quantity${quantity.value === null ? ' quantity-none' : ''}`} title={reason}>
      {plain || quantity.value === null ? null : <ProvenanceMark provenance={quantity.provenance} />}
      <span className="quantity-figure">{figure.text}</span>
      {quantity.value === null ? null : <Unit unit={unit} />}
      {isPartial(quantity) ? (
        <span className="quantity-partial" title={t('ui.partial.means', { share: format.percent(quantity.coverage ?? null, 1) })}>
          {t('ui.partial', { share: format.percent(quantity.coverage ?? null) })}
        </span>
      ) : null}
    </span>
  );
}
