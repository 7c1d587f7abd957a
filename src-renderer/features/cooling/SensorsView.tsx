import { useMemo, useState, type ReactNode } from 'react';
import { sensorRoles, type CoolingNow, type CoolingSensor, type PlacedSensor } from '@shared/model/cooling';
import { defaultSettings } from '@shared/model/settings';
import { toDevice } from '../../app/paths';
import { errorText } from '../../i18n/error-text';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { QuantityText } from '../../ui/QuantityText';
import { Select } from '../../ui/Select';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { AltitudeField } from './AltitudeField';
import styles from './cooling.module.css';

const sensorId = ({ device }: CoolingSensor): string => device;
const rowProps = ({ device }: CoolingSensor): { 'data-sensor': string } => ({ 'data-sensor': device });
type Role = PlacedSensor['role'] | 'by-name';

/** Every sensor of temperature, and where each is: by its name, or as a person says. */
export function SensorsView({ now }: { readonly now: CoolingNow }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const placed = useValue(useServices().settings)?.cooling.sensors ?? defaultSettings.cooling.sensors;
  const { save, state } = useSave();
  const [isWide, setIsWide] = useState(false);
  const zones = useMemo(() => new Map(now.zones.map(({ id, name }) => [id, name])), [now.zones]);
  const columns = useMemo(() => {
    const place = (device: string, change: Partial<PlacedSensor> | null): void =>
      void save(
        ({ cooling }) => {
          const before = cooling.sensors.find((sensor) => sensor.device === device);
          const others = cooling.sensors.filter((sensor) => sensor.device !== device);
          const role = now.sensors.find((sensor) => sensor.device === device)?.role ?? 'none';
          const next: PlacedSensor[] = change === null ? [] : [{ device, role, zone: '', ...before, ...change }];
          return { cooling: { ...cooling, sensors: [...others, ...next] } };
        },
        () => undefined,
      );
    return sensorColumns(texts, { zones, placed, place });
  }, [texts, zones, placed, save, now.sensors]);
  const rows = useMemo(
    () => now.sensors.filter(({ role, device }) => isWide || role !== null || placed.some((sensor) => sensor.device === device)),
    [now.sensors, isWide, placed],
  );
  return (
    <div className={styles['view']}>
      <p className="page-note">{t('cooling.sensors.note')}</p>
      {typeof state === 'string' ? null : (
        <p className="error-note" role="alert">
          {errorText(t, state)}
        </p>
      )}
      <DataTable
        id="cooling-sensors"
        label={t('cooling.tab.sensors')}
        columns={columns}
        rows={rows}
        rowId={sensorId}
        rowProps={rowProps}
        lead={
          <>
            <label className={styles['check']}>
              <input type="checkbox" checked={isWide} onChange={(event) => setIsWide(event.target.checked)} data-testid="all-sensors" />{' '}
              {t('cooling.sensors.all', { count: now.sensors.length })}
            </label>
            <AltitudeField />
          </>
        }
      />
    </div>
  );
}

interface SensorDeeds {
  readonly zones: ReadonlyMap<string, string>;
  readonly placed: readonly PlacedSensor[];
  /** Null = by its name again. */
  place(device: string, change: Partial<PlacedSensor> | null): void;
}

function sensorColumns(texts: Texts, { zones, placed, place }: SensorDeeds): DataColumn<CoolingSensor>[] {
  const { t, format } = texts;
  const said = new Map(placed.map((sensor) => [sensor.device, sensor]));
  const roleOf = ({ role }: CoolingSensor): string => (role === null ? t('cooling.role.none') : t(`cooling.role.${role}`));
  const zoneOf = ({ zone }: CoolingSensor): string | null => (zone === null ? null : (zones.get(zone) ?? zone.replace(/^zone\//, '')));
  return [
    {
      id: 'sensor',
      name: t('cooling.column.sensor'),
      role: 'head',
      value: ({ label, device }) => `${label} ${device}`,
      cell: ({ label, device }) => (
        <a href={toDevice(device)} title={device}>
          {label || device}
        </a>
      ),
    },
    { id: 'device', name: t('cooling.column.device'), value: ({ device }) => device, isHidden: true },
    {
      id: 'role',
      name: t('cooling.column.role'),
      value: roleOf,
      cell: (sensor) => {
        const own = said.get(sensor.device);
        const options: { value: Role; label: string }[] = [
          {
            value: 'by-name',
            label: own === undefined ? t('cooling.role.byName', { role: roleOf(sensor) }) : t('cooling.role.byNameAgain'),
          },
          ...sensorRoles.map((role) => ({ value: role, label: t(`cooling.role.${role}`) })),
          { value: 'none', label: t('cooling.role.none') },
        ];
        return (
          <span className={styles['role']}>
            <Select
              label={t('cooling.column.role')}
              value={own?.role ?? ('by-name' as Role)}
              options={options}
              onChange={(role) => place(sensor.device, role === 'by-name' ? null : { role })}
              testId={`role-${sensor.device}`}
            />
          </span>
        );
      },
    },
    {
      id: 'zone',
      name: t('cooling.column.zone'),
      hint: t('cooling.column.zone.hint'),
      value: zoneOf,
      cell: (sensor) => (
        <ZoneInput
          key={`${sensor.device} ${zoneOf(sensor) ?? ''}`}
          label={t('cooling.column.zone')}
          zone={zoneOf(sensor) ?? ''}
          testId={`zone-of-${sensor.device}`}
          onZone={(zone) => place(sensor.device, { zone })}
        />
      ),
    },
    {
      id: 'temperature',
      name: t('cooling.column.temperature'),
      valueUnit: '°C',
      isNumber: true,
      value: ({ temperatureC }) => temperatureC.value,
      cell: ({ temperatureC }) => <QuantityText quantity={temperatureC} />,
      text: ({ temperatureC }) => format.withUnit(format.quantity(temperatureC.value, '°C', 1)),
    },
    {
      id: 'humidity',
      name: t('cooling.column.humidity'),
      hint: t('cooling.column.humidity.hint'),
      valueUnit: '%',
      isNumber: true,
      value: ({ relativeHumidity }) => relativeHumidity.value,
      cell: ({ relativeHumidity }) => <QuantityText quantity={relativeHumidity} digits={0} />,
      text: ({ relativeHumidity }) => format.withUnit(format.quantity(relativeHumidity.value, '%', 0)),
    },
  ];
}

interface ZoneInputProps {
  readonly label: string;
  readonly zone: string;
  readonly testId: string;
  readonly onZone: (zone: string) => void;
}

function ZoneInput({ label, zone, testId, onZone }: ZoneInputProps): ReactNode {
  const [text, setText] = useState(zone);
  const commit = (): void => {
    if (text.trim() !== zone) onZone(text.trim());
  };
  return (
    <input
      className={`text-input ${styles['zoneInput'] ?? ''}`}
      aria-label={label}
      value={text}
      maxLength={80}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(zone);
      }}
      data-testid={testId}
    />
  );
}
