import { useCallback, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { Quantity } from '@shared/model/provenance';
import type { RoomSummary } from '@shared/model/room';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { PowerPartsTable, type PowerPart } from './PowerPartsTable';
import { isOfNode } from './SumNote';

interface PowerPartsDialogProps {
  readonly room: RoomSummary;
  readonly onClose: () => void;
}

/** Every part of IT power and every meter of the facility: counted or not, and what a person may say of those that are silent. */
export function PowerPartsDialog({ room, onClose }: PowerPartsDialogProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [failure, setFailure] = useState<AppError | null>(null);
  const forget = useCallback(
    (device: string): void => {
      setFailure(null);
      client.call('power.forgetDevice', { device }).catch((error: unknown) => setFailure(toAppError(error)));
    },
    [client],
  );
  const rows = usePartsOf(room);
  const ofFacility = rows.filter((row) => !isOfNode(room, row));
  return (
    <Dialog title={t('room.powerParts.title')} wide onClose={onClose} actions={<Button onClick={onClose}>{t('ui.close')}</Button>}>
      <p className="facts-note">{t('room.powerParts.hint')}</p>
      {failure ? <ErrorNote error={failure} /> : null}
      <PowerPartsTable
        id="power-parts"
        title={t('room.powerParts.it')}
        rows={rows.filter((row) => isOfNode(room, row))}
        onForget={forget}
      />
      {room.meters.length === 0 ? <p className="facts-note">{t('room.powerParts.modelled')}</p> : null}
      {ofFacility.length > 0 ? (
        <PowerPartsTable id="power-meters" title={t('room.powerParts.facility')} rows={ofFacility} onForget={forget} />
      ) : null}
    </Dialog>
  );
}

/** One that answers without a value is there, and would be a part again at once. */
const isRemovable = (silent: Quantity['withheld']): boolean => silent === 'missing' || silent === 'stale';

function usePartsOf(room: RoomSummary): PowerPart[] {
  const { t } = useTexts();
  const listed = [...room.parts, ...room.meters].map(({ device, label, powerW }): PowerPart => {
    const silent = powerW.value === null ? (powerW.withheld ?? 'no-sensor') : null;
    return { device, label, powerW, state: silent === null ? null : t(`withheld.${silent}`), isRemovable: isRemovable(silent) };
  });
  const listedDevices = new Set(listed.map((row) => row.device));
  const silent = room.silent
    .filter(({ device }) => !listedDevices.has(device))
    .map(({ device, label, why }): PowerPart => ({
      device,
      label,
      powerW: null,
      state: t(`withheld.${why}`),
      isRemovable: isRemovable(why),
    }));
  const uncounted = room.uncounted.map(({ device, label, why }): PowerPart => ({
    device,
    label,
    powerW: null,
    state: t(`room.uncounted.${why}`),
    isRemovable: why !== 'asleep',
  }));
  return [...listed, ...silent, ...uncounted];
}
