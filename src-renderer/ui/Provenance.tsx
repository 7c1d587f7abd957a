import type { ReactNode } from 'react';
import type { Provenance } from '@shared/model/provenance';
import { useTexts } from '../i18n/use-texts';

/** Full, half, ring, broken ring, crossed ring: the further from a meter, the emptier. */
function Mark({ provenance }: { readonly provenance: Provenance }): ReactNode {
  return (
    <svg className="provenance-mark" viewBox="0 0 10 10" width={9} height={9} aria-hidden>
      <circle
        cx={5}
        cy={5}
        r={4}
        fill={provenance === 'measured' ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth={1.4}
        strokeDasharray={provenance === 'simulated' ? '2.2 2' : undefined}
      />
      {provenance === 'unconfirmed' ? <path d="M3 3l4 4M7 3l-4 4" stroke="currentColor" strokeWidth={1.2} /> : null}
      {provenance === 'derived' ? <path d="M5 1a4 4 0 0 1 0 8z" fill="currentColor" /> : null}
    </svg>
  );
}

/** The mark alone, where a word does not fit; it is named all the same. */
export function ProvenanceMark({ provenance }: { readonly provenance: Provenance }): ReactNode {
  const { t } = useTexts();
  const name = t(`provenance.${provenance}`);
  return (
    <span className="provenance" role="img" aria-label={name} title={name}>
      <Mark provenance={provenance} />
    </span>
  );
}

export function ProvenanceBadge({ provenance }: { readonly provenance: Provenance }): ReactNode {
  const { t } = useTexts();
  return (
    <span className="provenance" data-provenance={provenance}>
      <Mark provenance={provenance} />
      {t(`provenance.${provenance}`)}
    </span>
  );
}
