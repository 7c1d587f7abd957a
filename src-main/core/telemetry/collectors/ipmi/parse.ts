import { message, type Message } from '@shared/text/message';
import type { QuantityName } from '../meters/quantities';
import type { MeterValue } from '../meters/readings';

/** DCMI tells watts in 16 bits: the largest is what a wider figure was cut to. */
const DCMI_END_W = 65_535;

/** What `ipmitool dcmi power reading` says; null = the controller knows no such command. */
export function dcmiPower(output: string, part: string): MeterValue | null {
  const refused = /DCMI request failed because: (.+)/.exec(output)?.[1]?.trim();
  if (refused !== undefined) {
    const code = /\(([\da-f]{2})\)$/i.exec(refused)?.[1]?.toLowerCase();
    // Invalid command, invalid on this LUN, no such thing, and not with these parameters: it has none.
    if (code !== undefined && ['c1', 'c2', 'cb', 'cc'].includes(code)) return null;
    return dcmiValue(
      part,
      null,
      refused,
      code === 'd4' ? message('message.ipmi.tooLow') : message('message.ipmi.refused', { words: refused }),
    );
  }
  // The line before may lack its end: this program's own time stamp has none in some of its versions.
  const watts = /Instantaneous power reading:\s*(\d+)\s*Watts/.exec(output)?.[1];
  const state = /Power reading state is:\s*(\w+)/.exec(output)?.[1] ?? '';
  if (watts === undefined) return null;
  const value = Number(watts);
  const raw = `${watts} Watts, ${state}`;
  if (value >= DCMI_END_W) return dcmiValue(part, null, raw, message('message.ipmi.overflow'));
  if (state !== 'deactivated') return dcmiValue(part, value, raw, null);
  // It measures nothing. Some tell a figure all the same: it is shown, and is none that was measured.
  return value === 0
    ? dcmiValue(part, null, raw, message('message.ipmi.off'))
    : { ...dcmiValue(part, value, raw, message('message.ipmi.off')), unconfirmed: true };
}

const dcmiValue = (part: string, value: number | null, raw: string, why: Message | null): MeterValue => ({
  quantity: 'power',
  part,
  value,
  raw,
  why,
});

/** What a sensor measures, by its unit: its type and its name say it wrong, as watts under the type Current. */
const UNITS: Readonly<Record<string, readonly [QuantityName, toOurs: (value: number) => number]>> = {
  'degrees c': ['temperature', (value) => value],
  'degrees f': ['temperature', (value) => ((value - 32) * 5) / 9],
  'degrees k': ['temperature', (value) => value - 273.15],
  watts: ['power', (value) => value],
  amps: ['current', (value) => value],
  volts: ['voltage', (value) => value],
  rpm: ['fan', (value) => value],
};

export interface Sensor {
  /** Its number as the controller counts, and its place where two have one number: `77h`, `77h-7-1`. */
  readonly key: string;
  readonly name: string;
  readonly reading: string;
  /** Null where it has no reading: what it measures is then not said either. */
  readonly measured: { readonly quantity: QuantityName; readonly value: number } | null;
}

/** The lines of `ipmitool sdr elist full`: name, number, state, place, reading. Only the name may hold the sign between them. */
export function sensorsOf(output: string): Sensor[] {
  const rows = output.split('\n').flatMap((line) => {
    const fields = line.split('|').map((field) => field.trim());
    const [number = '', , place = '', reading = ''] = fields.slice(-4);
    return fields.length >= 5 && /^[\dA-F]{1,2}h$/i.test(number)
      ? [{ name: fields.slice(0, -4).join('|'), number: number.toLowerCase(), place: place.replace('.', '-'), reading }]
      : [];
  });
  return rows.map(({ name, number, place, reading }) => {
    const key = rows.filter((one) => one.number === number).length > 1 ? `${number}-${place}` : number;
    const isNameAlone = rows.filter((one) => one.name === name).length === 1;
    return { key, name: isNameAlone && name !== '' ? name : `${name} ${key}`.trim(), reading, measured: measuredOf(reading) };
  });
}

function measuredOf(reading: string): Sensor['measured'] {
  // A locale's comma is a point; sensors tell no thousands.
  const [, digits, unit = ''] = /^([+-]?\d+(?:[.,]\d+)?)\s+(\S.*)$/.exec(reading) ?? [];
  const name = unit.toLowerCase();
  const known = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (digits === undefined || known === undefined) return null;
  const [quantity, toOurs] = known;
  return { quantity, value: toOurs(Number(digits.replace(',', '.'))) };
}
