import type { ReactNode } from 'react';
import { HOST_DEVICE, type TreeNode } from '@shared/model/device-tree';
import { worstProvenance, type Provenance } from '@shared/model/provenance';
import type { RoomSummary } from '@shared/model/room';
import { toDevice } from '../../app/paths';
import { byPlace } from '../../data/power-places';
import { useTexts, type Translate } from '../../i18n/use-texts';
import { ProvenanceMark } from '../../ui/Provenance';

const SHOWN = 3;

interface Part {
  readonly id: string;
  readonly name: string;
  /** Where its page is; null for what has none. */
  readonly device: string | null;
  /** Null when one of its kind has no reading. */
  readonly powerW: number | null;
  readonly provenance: Provenance;
}

type RoomPart = RoomSummary['parts'][number];

function added(id: string, name: string, parts: readonly RoomPart[]): Part {
  const [only] = parts;
  return {
    id,
    name,
    device: parts.length === 1 && only ? only.device : null,
    powerW: parts.some(({ powerW }) => powerW.value === null) ? null : parts.reduce((sum, { powerW }) => sum + (powerW.value ?? 0), 0),
    provenance:
      parts.length === 1 && only ? only.powerW.provenance : worstProvenance(['derived', ...parts.map(({ powerW }) => powerW.provenance)]),
  };
}

/** Parts of the same name (eight cards of a kind) stand as one, largest first; very many by their places, in the order of the room. */
function shownParts(t: Translate, parts: RoomSummary['parts'], places: readonly TreeNode[]): Part[] {
  const byLabel = new Map<string, RoomPart[]>();
  for (const part of parts) byLabel.set(part.label, [...(byLabel.get(part.label) ?? []), part]);
  const nameOf = ({ device, label }: RoomPart): string => (device === HOST_DEVICE ? t('room.parts.host') : label);
  const groups = byLabel.size > SHOWN + 1 ? byPlace(parts, places, SHOWN + 1) : null;
  if (groups)
    return groups.flatMap(({ place, parts: own }) =>
      place
        ? added(place.id, t(`room.parts.place.${place.kind}`, { name: place.name }), own)
        : own.map((part) => added(part.device, nameOf(part), [part])),
    );
  return [...byLabel]
    .flatMap(([label, own]) => {
      const [first] = own;
      return first ? added(label, own.length > 1 ? t('room.parts.several', { label, count: own.length }) : nameOf(first), own) : [];
    })
    .sort((a, b) => (b.powerW ?? -1) - (a.powerW ?? -1));
}

interface PowerPartsProps {
  readonly parts: RoomSummary['parts'];
  /** The room's tree. */
  readonly places: readonly TreeNode[];
}

/** What IT power is made of: a bar to scale and its largest parts by name; the rest is added up. */
export function PowerParts({ parts, places }: PowerPartsProps): ReactNode {
  const { t, format } = useTexts();
  const all = shownParts(t, parts, places);
  // One more than is shown fits where the rest would stand.
  const shown = all.length <= SHOWN + 1 ? all : all.slice(0, SHOWN);
  const rest = all.slice(shown.length);
  const total = all.reduce((sum, part) => sum + (part.powerW ?? 0), 0);
  const restW = rest.some((part) => part.powerW === null) ? null : rest.reduce((sum, part) => sum + (part.powerW ?? 0), 0);
  const watts = (powerW: number | null): string => format.withUnit(format.quantity(powerW, 'W', 1));
  const width = (powerW: number | null): string => (total > 0 ? `${((powerW ?? 0) / total) * 100}%` : '0%');
  return (
    <div className="parts">
      <div className="parts-bar" aria-hidden>
        {shown.map((part, i) => (
          <span
            key={part.id}
            className={`part-${i + 1}`}
            style={{ width: width(part.powerW) }}
            title={`${part.name}: ${watts(part.powerW)}`}
          />
        ))}
        {rest.length > 0 ? <span className="part-rest" style={{ width: width(restW) }} /> : null}
      </div>
      <ul className="parts-list">
        {shown.map((part, i) => (
          <li key={part.id} title={part.name}>
            <span className={`part-key part-${i + 1}`} aria-hidden />
            <span className="part-name">{part.device === null ? part.name : <a href={toDevice(part.device)}>{part.name}</a>}</span>
            <ProvenanceMark provenance={part.provenance} />
            <span className="part-value">{watts(part.powerW)}</span>
          </li>
        ))}
        {rest.length > 0 ? (
          <li>
            <span className="part-key part-rest" aria-hidden />
            <span className="part-name">{t('room.parts.rest', { count: rest.length })}</span>
            <span />
            <span className="part-value">{watts(restW)}</span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}
