import { useState, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import { HOST_DEVICE, ROOM_DEVICE } from '@shared/model/device-tree';
import { withCounted } from '@shared/model/power-settings';
import type { Quantity } from '@shared/model/provenance';
import type { RoomSummary } from '@shared/model/room';
import { toDevice } from '../../app/paths';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { QuantityText } from '../../ui/QuantityText';
import { isOfNode } from './SumNote';

interface Row {
  readonly device: string;
  readonly label: string;
  readonly powerW: Quantity | null;
  readonly state: string | null;
  readonly isRemovable: boolean;
}

interface PowerPartsDialogProps {
  readonly room: RoomSummary;
  readonly onClose: () => void;
}

/** Every part of IT power and every meter of the facility: counted or not, and what a person may say of those that are silent. */
export function PowerPartsDialog({ room, onClose }: PowerPartsDialogProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [failure, setFailure] = useState<AppError | null>(null);
  const forget = (device: string): void => {
    setFailure(null);
    client.call('power.forgetDevice', { device }).catch((error: unknown) => setFailure(toAppError(error)));
  };
  const rows = useRows(room);
  const ofFacility = rows.filter((row) => !isOfNode(room, row));
  return (
    <Dialog title={t('room.powerParts.title')} wide onClose={onClose} actions={<Button onClick={onClose}>{t('ui.close')}</Button>}>
      <p className="facts-note">{t('room.powerParts.hint')}</p>
      {failure ? <ErrorNote error={failure} /> : null}
      <Parts title={t('room.powerParts.it')} rows={rows.filter((row) => isOfNode(room, row))} onForget={forget} />
      {room.meters.length === 0 ? <p className="facts-note">{t('room.powerParts.modelled')}</p> : null}
      {ofFacility.length > 0 ? <Parts title={t('room.powerParts.facility')} rows={ofFacility} onForget={forget} /> : null}
    </Dialog>
  );
}

/** One that answers without a value is there, and would be a part again at once. */
const isRemovable = (silent: Quantity['withheld']): boolean => silent === 'missing' || silent === 'stale';

function useRows(room: RoomSummary): Row[] {
  const { t } = useTexts();
  const listed = [...room.parts, ...room.meters].map(({ device, label, powerW }): Row => {
    const silent = powerW.value === null ? (powerW.withheld ?? 'no-sensor') : null;
    return { device, label, powerW, state: silent === null ? null : t(`withheld.${silent}`), isRemovable: isRemovable(silent) };
  });
  const listedDevices = new Set(listed.map((row) => row.device));
  const silent = room.silent
    .filter(({ device }) => !listedDevices.has(device))
    .map(({ device, label, why }): Row => ({ device, label, powerW: null, state: t(`withheld.${why}`), isRemovable: isRemovable(why) }));
  const uncounted = room.uncounted.map(({ device, label, why }): Row => ({
    device,
    label,
    powerW: null,
    state: t(`room.uncounted.${why}`),
    isRemovable: why !== 'asleep',
  }));
  return [...listed, ...silent, ...uncounted];
}

interface PartsProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly onForget: (device: string) => void;
}

function Parts({ title, rows, onForget }: PartsProps): ReactNode {
  const { t } = useTexts();
  const { settings: store } = useServices();
  const excluded = useValue(store)?.power.excludedDevices ?? [];
  const save = useSave();
  const count = (device: string, counted: boolean): void =>
    void save.save(
      (settings) => ({ power: withCounted(settings.power, device, counted) }),
      () => undefined,
    );
  return (
    <>
      <h3>{title}</h3>
      {save.state instanceof AppError ? <ErrorNote error={save.state} /> : null}
      <table className="table" data-testid="power-parts">
        <thead>
          <tr>
            <th scope="col">{t('room.powerParts.counted')}</th>
            <th scope="col">{t('room.powerParts.part')}</th>
            <th scope="col">{t('room.powerParts.device')}</th>
            <th scope="col" className="num">
              {t('room.powerParts.power')}
            </th>
            <th scope="col">{t('room.powerParts.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.device} ${row.label}`} data-device={row.device}>
              <td>
                {/* The rest of this host is a setting of its own, and no device. */}
                {row.device === HOST_DEVICE || row.device === ROOM_DEVICE ? null : (
                  <input
                    type="checkbox"
                    aria-label={t('room.powerParts.countedOf', { device: row.device })}
                    checked={!excluded.includes(row.device)}
                    onChange={({ target }) => count(row.device, target.checked)}
                  />
                )}
              </td>
              <td>{row.device === HOST_DEVICE ? t('room.parts.host') : row.label}</td>
              <td>
                <a href={toDevice(row.device)}>{row.device}</a>
              </td>
              <td className="num">{row.powerW ? <QuantityText quantity={row.powerW} /> : null}</td>
              <td>
                {row.state}{' '}
                {row.isRemovable ? (
                  <Button onClick={() => onForget(row.device)} aria-label={t('room.powerParts.forgetOf', { device: row.device })}>
                    {t('room.powerParts.forget')}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
