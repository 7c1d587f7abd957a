import type { ReactNode } from 'react';
import { nodeOf } from '@shared/model/device-tree';
import type { RoomSummary, SilentPart, UncountedPart } from '@shared/model/room';
import { toDevice } from '../../app/paths';
import { partName } from '../../data/part-name';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';

const NAMED = 3;

/** Whether a part is one of a node's, or a meter of the facility's own, which may well be read by this machine. */
export const isOfNode = (
  { meters, uncounted }: Pick<RoomSummary, 'meters' | 'uncounted'>,
  { device }: { readonly device: string },
): boolean =>
  nodeOf(device) !== null && ![...meters, ...uncounted.filter(({ ofFacility }) => ofFacility)].some((meter) => meter.device === device);

interface SumNoteProps {
  readonly room: RoomSummary;
  readonly of: 'it' | 'facility';
  readonly onParts: () => void;
}

/** A sum that goes without something, or waits for something, says so where it stands; and leads to where that is settled. */
export function SumNote({ room, of, onParts }: SumNoteProps): ReactNode {
  const { t } = useTexts();
  const own = (part: UncountedPart | SilentPart): boolean => isOfNode(room, part) === (of === 'it');
  const uncounted = room.uncounted.filter(own);
  const silent = room.silent.filter((part) => own(part) && part.why !== 'ambiguous-meters');
  const unclear = room.silent.filter((part) => own(part) && part.why === 'ambiguous-meters');
  return (
    <>
      {uncounted.length > 0 ? (
        <p className="parts-without" data-testid={`${of}-power-without`}>
          {t('room.itPower.without')} <Named parts={uncounted} note={({ why }) => t(`room.uncounted.${why}`)} />
        </p>
      ) : null}
      {silent.length > 0 ? (
        <p className="parts-without" data-testid={`${of}-power-silent`}>
          {t('room.silent')} <Named parts={silent} note={() => null} />
        </p>
      ) : null}
      {unclear.length > 0 ? (
        <p className="parts-without" data-testid={`${of}-power-unclear`}>
          {t('room.unclear')} <Named parts={unclear} note={() => null} />
        </p>
      ) : null}
      {of === 'it' || uncounted.length + silent.length > 0 ? (
        <Button tone="quiet" className="parts-open" onClick={onParts} data-testid={`${of}-power-parts`}>
          {t('room.powerParts')}
        </Button>
      ) : null}
    </>
  );
}

interface NamedProps<P> {
  readonly parts: readonly P[];
  readonly note: (part: P) => string | null;
}

function Named<P extends { readonly device: string; readonly label: string }>({ parts, note }: NamedProps<P>): ReactNode {
  const { t } = useTexts();
  const rest = parts.length - NAMED;
  return (
    <>
      {parts.slice(0, NAMED).map((part, i) => {
        const why = note(part);
        return (
          <span key={`${part.device} ${part.label}`}>
            {i === 0 ? '' : ', '}
            <a href={toDevice(part.device)} title={partName(part) === part.label ? part.device : part.label}>
              {partName(part)}
            </a>
            {why === null ? '' : ` (${why})`}
          </span>
        );
      })}
      {rest > 0 ? ` ${t('room.itPower.without.more', { count: rest })}` : ''}
    </>
  );
}
