import type { ReactNode } from 'react';

/** The unit behind a figure, smaller than it; the per cent sign stands at the figure, as `Format.withUnit` writes it. */
export function Unit({ unit }: { readonly unit: string }): ReactNode {
  return (
    <span className="quantity-unit" data-unit={unit}>
      {unit}
    </span>
  );
}
