import type { ReactNode } from 'react';
import { HOST_DEVICE } from '@shared/model/device-tree';
import { worstProvenance, type Provenance } from '@shared/model/provenance';
import type { RoomSummary } from '@shared/model/room';
import { useTexts } from '../../i18n/use-texts';
import { ProvenanceMark } from '../../ui/Provenance';

const SHOWN = 3;

interface Part {
  readonly device: string;
  readonly label: string;
  readonly count: number;
  /** Null when one of its kind has no reading. */
  readonly powerW: number | null;
  readonly provenance: Provenance;
}

/** Parts of the same name (eight cards of a kind) stand as one, largest first. */
function grouped(parts: RoomSummary['parts']): Part[] {
  const byLabel = new Map<string, Part>();
  for (const { device, label, powerW } of parts) {
    const known = byLabel.get(label);
    byLabel.set(label, {
      device,
      label,
      count: (known?.count ?? 0) + 1,
      powerW: powerW.value === null || known?.powerW === null ? null : powerW.value + (known?.powerW ?? 0),
      provenance: worstProvenance(known ? ['derived', known.provenance, powerW.provenance] : [powerW.provenance]),
    });
  }
  return [...byLabel.values()].sort((a, b) => (b.powerW ?? -1) - (a.powerW ?? -1));
}

/** What IT power is made of: a bar to scale and its largest parts by name; the rest is added up. */
export function PowerParts({ parts }: { readonly parts: RoomSummary['parts'] }): ReactNode {
  const { t, format } = useTexts();
  const sorted = grouped(parts);
  const total = sorted.reduce((sum, part) => sum + (part.powerW ?? 0), 0);
  const rest = sorted.slice(SHOWN);
  return (
    <div className="parts">
      <div className="parts-bar" aria-hidden>
        {sorted.map((part, i) => (
          <span
            key={part.label}
            className={`part-${Math.min(i, SHOWN) + 1}`}
            style={{ width: total > 0 ? `${((part.powerW ?? 0) / total) * 100}%` : '0%' }}
          />
        ))}
      </div>
      <ul className="parts-list">
        {sorted.slice(0, SHOWN).map((part, i) => (
          <li key={part.label} title={part.label}>
            <span className={`part-key part-${i + 1}`} aria-hidden />
            <span className="part-name">
              {part.count > 1
                ? t('room.parts.several', { label: part.label, count: part.count })
                : part.device === HOST_DEVICE
                  ? t('room.parts.host')
                  : part.label}
            </span>
            <ProvenanceMark provenance={part.provenance} />
            <span className="part-value">{format.withUnit(format.quantity(part.powerW, 'W', 1))}</span>
          </li>
        ))}
        {rest.length > 0 ? (
          <li>
            <span className={`part-key part-${SHOWN + 1}`} aria-hidden />
            <span className="part-name">{t('room.parts.rest', { count: rest.length })}</span>
            <span />
            <span className="part-value">
              {format.withUnit(
                format.quantity(
                  rest.some((part) => part.powerW === null) ? null : rest.reduce((sum, part) => sum + (part.powerW ?? 0), 0),
                  'W',
                  1,
                ),
              )}
            </span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}
