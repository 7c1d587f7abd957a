import { message, type Message } from '@shared/text/message';
import type { QuantityName } from '../meters/quantities';
import type { MeterValue } from '../meters/readings';

/** A machine that is off draws what its controller and supplies need: more than this is not believed, W. */
const STANDBY_W = 50;

type Json = Readonly<Record<string, unknown>>;

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
export const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.map(objectOf) : []);
/** Where a link leads; the controllers of one maker's older machines write `href`. */
export function linkOf(value: unknown): string | null {
  const { '@odata.id': id, href } = objectOf(value);
  const path = typeof id === 'string' ? id : href;
  // A fragment is a place within an answer, and no resource.
  return typeof path === 'string' && path.startsWith('/') ? (path.split('#')[0] ?? null) : null;
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const partOf = (name: string): string =>
  name
    .replace(/[^\w-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);

function valueOf(
  quantity: QuantityName,
  part: string,
  raw: unknown,
  scale = 1,
  why: Message = message('message.redfish.none'),
): MeterValue {
  const number = numberOf(raw);
  return {
    quantity,
    part,
    value: number === null ? null : number * scale,
    raw: raw === undefined ? '—' : JSON.stringify(raw),
    why: number === null ? why : null,
  };
}

/** A control of the whole chassis and not of its processors or memory. */
const isWhole = ({ Name, PhysicalContext }: Json): boolean =>
  !/cpu|processor|memory|dimm|gpu|fpga|drive|storage/i.test(`${textOf(Name)} ${textOf(PhysicalContext)}`);

/** `Power`: read by its properties, whatever its type calls itself. Averages are of a time of their own, and are not taken. */
export function powerValues(power: Json, chassis: Json): MeterValue[] {
  const vendor = objectOf(objectOf(objectOf(chassis['Oem'])['ts_fujitsu'])['ChassisPowerConsumption']);
  const own = objectOf(objectOf(objectOf(power['Oem'])['ts_fujitsu'])['ChassisPowerConsumption']);
  const controls = listOf(power['PowerControl']).filter(isWhole);
  const control = controls.find((one) => numberOf(one['PowerConsumedWatts']) !== null) ?? controls[0];
  const candidates = [
    control?.['PowerConsumedWatts'],
    own['CurrentPowerConsumptionW'],
    vendor['CurrentPowerConsumptionW'],
    power['PowerConsumedWatts'],
  ];
  const told = candidates.find((one) => numberOf(one) !== null) ?? control?.['PowerConsumedWatts'];
  const values = [whenOff(valueOf('power', '', told), chassis)];
  listOf(power['PowerSupplies']).forEach((supply, i) => {
    if (objectOf(supply['Status'])['State'] === 'Absent') return;
    const part = `psu-${partOf(textOf(supply['MemberId'])) || i}`;
    if (supply['PowerInputWatts'] !== undefined) values.push(valueOf('power', part, supply['PowerInputWatts']));
    if (supply['LineInputVoltage'] !== undefined) values.push(valueOf('voltage', part, supply['LineInputVoltage']));
  });
  return values;
}

/** A machine that is off and is said to draw hundreds of watts: the figure is shown, and nobody pays for it. */
export function whenOff(value: MeterValue, { PowerState }: Json): MeterValue {
  return PowerState === 'Off' && value.value !== null && value.value > STANDBY_W
    ? { ...value, unconfirmed: true, why: message('message.redfish.off') }
    : value;
}

/** `EnvironmentMetrics`; null = it tells no power, or not before the machine has been on once. */
export function environmentValues(metrics: Json, chassis: Json): MeterValue[] | null {
  const reading = (name: string): unknown => objectOf(metrics[name])['Reading'];
  if (numberOf(reading('PowerWatts')) === null) return null;
  const values = [whenOff(valueOf('power', '', reading('PowerWatts')), chassis)];
  if (numberOf(reading('EnergyJoules')) !== null) values.push(valueOf('energy.import', '', reading('EnergyJoules')));
  else if (numberOf(reading('EnergykWh')) !== null) values.push(valueOf('energy.import', '', reading('EnergykWh'), 3.6e6));
  if (metrics['TemperatureCelsius'] !== undefined) values.push(valueOf('temperature', '', reading('TemperatureCelsius')));
  if (metrics['HumidityPercent'] !== undefined) values.push(valueOf('humidity', '', reading('HumidityPercent')));
  return values;
}

/** The inputs of all power supplies, each by its `Metrics`: their sum, where all of them tell. */
export function supplyValues(supplies: readonly { readonly id: string; readonly metrics: Json }[], chassis: Json): MeterValue[] {
  const inputs = supplies.map(({ id, metrics }) => valueOf('power', `psu-${partOf(id)}`, objectOf(metrics['InputPowerWatts'])['Reading']));
  const sum = inputs.reduce<number | null>((total, { value }) => (total === null || value === null ? null : total + value), 0);
  return inputs.length === 0 ? [] : [whenOff(valueOf('power', '', sum), chassis), ...inputs];
}

/** `Thermal`: a sensor is known by its name here, and by its place where two have one. */
export function thermalValues(thermal: Json): MeterValue[] {
  const values: MeterValue[] = [];
  const add = (quantity: QuantityName, member: Json, raw: unknown, index: number): void => {
    if (objectOf(member['Status'])['State'] === 'Absent') return;
    const name = partOf(textOf(member['Name']) || textOf(member['FanName'])) || `${quantity}-${index}`;
    const part = values.some((one) => one.quantity === quantity && one.part === name) ? `${name.slice(0, 35)}-${index}` : name;
    values.push(valueOf(quantity, part, raw));
  };
  listOf(thermal['Temperatures']).forEach((one, i) => add('temperature', one, one['ReadingCelsius'], i));
  listOf(thermal['Fans']).forEach((one, i) => {
    if (one['ReadingUnits'] !== 'Percent') add('fan', one, one['Reading'] ?? one['ReadingRPM'], i);
  });
  return values;
}
