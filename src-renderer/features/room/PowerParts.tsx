import type { ReactNode } from 'react';
import type { RoomSummary } from '@shared/model/room';
import { useTexts } from '../../i18n/use-texts';
import { ProvenanceMark } from '../../ui/Provenance';

const SHOWN = 3;

interface Part {
  readonly key: string;
  readonly label: string;
  readonly powerW: number | null;
  readonly provenance: RoomSummary['parts'][number]['powerW']['provenance'];
}

/** What IT power is made of: a bar to scale and its largest parts by name; the rest is added up. */
export function PowerParts({ parts }: { readonly parts: RoomSummary['parts'] }): ReactNode {
  const { t, format } = useTexts();
  const sorted = parts.map((part, i): Part => ({ key: `${part.label}/${i}`, label: part.label, powerW: part.powerW.value, provenance: part.powerW.provenance })).sort((a, b) => (b.powerW ?? -1) - (a.powerW ?? -1));
  const total = sorted.reduce((sum, part) => sum + (part.powerW ?? 0), 0);
  const rest = sorted.slice(SHOWN);
  return (
    <div className="parts">
      <div className="parts-bar" aria-hidden>
        {sorted.map((part, i) => (
          <span key={part.key} className={`part-${Math.min(i, SHOWN) + 1}`} style={{ width: total > 0 ? `${((part.powerW ?? 0) / total) * 100}%` : '0%' }} />
        ))}
      </div>
      <ul className="parts-list">
        {sorted.slice(0, SHOWN).map((part, i) => (
          <li key={part.key} title={part.label}>
            <span className={`part-key part-${i + 1}`} aria-hidden />
            <span className="part-name">{part.label}</span>
            <ProvenanceMark provenance={part.provenance} />
            <span className="part-value">{figure(format.quantity(part.powerW, 'W', 1))}</span>
          </li>
        ))}
        {rest.length > 0 ? (
          <li>
            <span className={`part-key part-${SHOWN + 1}`} aria-hidden />
            <span className="part-name">{t('room.parts.rest', { count: rest.length })}</span>
            <span />
            <span className="part-value">{figure(format.quantity(rest.some((part) => part.powerW === null) ? null : rest.reduce((sum, part) => sum + (part.powerW ?? 0), 0), 'W', 1))}</span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

function figure({ text, unit }: { readonly text: string; readonly unit: string }): string {
  return `${text} ${unit}`;
}
