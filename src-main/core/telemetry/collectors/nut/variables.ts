import { message } from '@shared/text/message';
import type { QuantityName } from '../meters/quantities';
import type { MeterValue } from '../meters/readings';

/** What of each place NUT tells, by the end of the variable's name. */
const KINDS: Readonly<Record<string, QuantityName>> = {
  realpower: 'power',
  power: 'power.apparent',
  voltage: 'voltage',
  current: 'current',
  frequency: 'frequency',
  powerfactor: 'power.factor',
  temperature: 'temperature',
  humidity: 'humidity',
};

const OWN: Readonly<Record<string, readonly [QuantityName, part: string]>> = {
  'ups.load': ['load', ''],
  'ups.realpower': ['power', 'output'],
  'ups.power': ['power.apparent', 'output'],
  'ups.temperature': ['temperature', ''],
  'battery.charge': ['battery.charge', ''],
  'battery.runtime': ['battery.runtime', ''],
  'battery.voltage': ['battery.voltage', ''],
  'battery.temperature': ['temperature', 'battery'],
  'ambient.temperature': ['temperature', 'ambient'],
  'ambient.humidity': ['humidity', 'ambient'],
};

/** `input.L1.realpower`, `input.L1-N.voltage`, `outlet.3.current`, `ambient.2.temperature`; what a device draws is its whole. */
const PLACED = /^(input|output|outlet|ambient)(?:\.(L[123](?:-N)?|\d+))?\.([a-z]+)$/;

function meaningOf(name: string): readonly [QuantityName, string] | null {
  const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  if (own !== undefined) return own;
  const [, place = '', number = '', end = ''] = PLACED.exec(name) ?? [];
  const kind = Object.hasOwn(KINDS, end) ? KINDS[end] : undefined;
  if (kind === undefined || (place === 'outlet' && number === '')) return null;
  const part = [place === 'input' ? '' : place, number.replace('-N', '')].filter((one) => one !== '').join('-');
  return [kind, part];
}

/** What a UPS or a rack PDU tells of itself, as NUT names it (docs/nut-names.txt). */
export function valuesOfUps(variables: ReadonlyMap<string, string>): MeterValue[] {
  const values: MeterValue[] = [];
  for (const [name, raw] of variables) {
    const meaning = meaningOf(name);
    if (meaning === null) continue;
    const [quantity, part] = meaning;
    if (values.some((one) => one.quantity === quantity && one.part === part)) continue;
    const text = raw.trim();
    const number = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : null;
    values.push({
      quantity,
      part,
      value: number,
      raw,
      why: number === null ? message('message.snmp.noNumber') : null,
    });
  }
  const status = variables.get('ups.status');
  if (status !== undefined) values.push(onBattery(status));
  return values;
}

/** A status is a set of words; while the driver waits for its device it is none. */
function onBattery(status: string): MeterValue {
  const words = status.trim().split(/\s+/);
  const isKnown = words.some((word) => ['OL', 'OB', 'OFF', 'BYPASS'].includes(word));
  return {
    quantity: 'on-battery',
    part: '',
    value: isKnown ? (words.includes('OB') ? 1 : 0) : null,
    raw: status,
    why: isKnown ? null : message('message.nut.status', { status: status.trim() === '' ? '—' : status }),
  };
}
