import { useMemo, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import { HOST_DEVICE, ROOM_DEVICE } from '@shared/model/device-tree';
import { withCounted } from '@shared/model/power-settings';
import type { Quantity } from '@shared/model/provenance';
import { toDevice } from '../../app/paths';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { QuantityText } from '../../ui/QuantityText';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';

export interface PowerPart {
  readonly device: string;
  readonly label: string;
  /** Null: nothing of it is in the sum. */
  readonly powerW: Quantity | null;
  readonly state: string | null;
  readonly isRemovable: boolean;
}

interface PowerPartsTableProps {
  /** Under which its order and columns are kept. */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly PowerPart[];
  readonly onForget: (device: string) => void;
}

interface PartDeeds {
  readonly excluded: readonly string[];
  readonly count: (device: string, counted: boolean) => void;
  readonly forget: (device: string) => void;
}

const idOf = ({ device, label }: PowerPart): string => `${device} ${label}`;
const rowProps = ({ device }: PowerPart): { 'data-device': string } => ({ 'data-device': device });
/** The rest of this host is a setting of its own, and no device. */
const hasChoice = ({ device }: PowerPart): boolean => device !== HOST_DEVICE && device !== ROOM_DEVICE;

/** Parts of a sum of power, or its meters: what each draws, whether it counts, and what is wrong with it. */
export function PowerPartsTable({ id, title, rows, onForget }: PowerPartsTableProps): ReactNode {
  const texts = useTexts();
  const { settings: store } = useServices();
  const excluded = useValue(store)?.power.excludedDevices;
  const { save, state } = useSave();
  const columns = useMemo(
    () =>
      partColumns(texts, {
        excluded: excluded ?? [],
        count: (device, counted) =>
          void save(
            (settings) => ({ power: withCounted(settings.power, device, counted) }),
            () => undefined,
          ),
        forget: onForget,
      }),
    [texts, excluded, save, onForget],
  );
  return (
    <>
      {state instanceof AppError ? <ErrorNote error={state} /> : null}
      <DataTable
        id={id}
        label={title}
        lead={<h3>{title}</h3>}
        columns={columns}
        rows={rows}
        rowId={idOf}
        rowProps={rowProps}
        testId="power-parts"
      />
    </>
  );
}

function partColumns({ t, format }: Texts, { excluded, count, forget }: PartDeeds): DataColumn<PowerPart>[] {
  const isCounted = ({ device }: PowerPart): boolean => !excluded.includes(device);
  return [
    {
      id: 'counted',
      name: t('room.powerParts.counted'),
      value: (row) => (hasChoice(row) ? t(isCounted(row) ? 'ui.on' : 'ui.off') : null),
      cell: (row) =>
        hasChoice(row) ? (
          <input
            type="checkbox"
            aria-label={t('room.powerParts.countedOf', { device: row.device })}
            checked={isCounted(row)}
            onChange={({ target }) => count(row.device, target.checked)}
          />
        ) : null,
    },
    {
      id: 'part',
      name: t('room.powerParts.part'),
      role: 'head',
      value: ({ device, label }) => (device === HOST_DEVICE ? t('room.parts.host') : label),
    },
    {
      id: 'device',
      name: t('room.powerParts.device'),
      value: ({ device }) => device,
      cell: ({ device }) => <a href={toDevice(device)}>{device}</a>,
    },
    {
      id: 'power',
      name: t('room.powerParts.power'),
      valueUnit: 'W',
      isNumber: true,
      value: ({ powerW }) => powerW?.value ?? null,
      text: ({ powerW }) => (powerW === null ? '' : format.withUnit(format.quantity(powerW.value, 'W', 1))),
      cell: ({ powerW }) => (powerW === null ? null : <QuantityText quantity={powerW} />),
    },
    {
      id: 'provenance',
      name: t('room.flow.provenance'),
      isFileOnly: true,
      value: ({ powerW }) => powerW && t(`provenance.${powerW.provenance}`),
    },
    { id: 'state', name: t('room.powerParts.state'), wraps: true, value: ({ state }) => state, text: ({ state }) => state ?? '' },
    {
      id: 'actions',
      name: t('room.powerParts.forget'),
      role: 'actions',
      value: () => null,
      cell: ({ device, isRemovable }) =>
        isRemovable ? (
          <Button onClick={() => forget(device)} aria-label={t('room.powerParts.forgetOf', { device })}>
            {t('room.powerParts.forget')}
          </Button>
        ) : null,
    },
  ];
}
