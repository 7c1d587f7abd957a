import { lineOf } from '@shared/model/meter-part';
import type { ParamDeclaration } from '@shared/model/param';
import type { Reading } from '@shared/model/series';
import { message, MessageError, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { TestReading } from '../../collector-kind';
import { quantities, type QuantityName } from './quantities';

/** One value that a meter told. */
export interface MeterValue {
  readonly quantity: QuantityName;
  /** Of which part of the meter: `L1`, `outlet-3`; empty = the whole. */
  readonly part: string;
  /** What a person knows that part by; left out = by `part`. */
  readonly name?: string;
  /** In the metric's unit; null = there is none, and `why` says so. */
  readonly value: number | null;
  /** As the device gave it. */
  readonly raw: string;
  readonly why: Message | null;
  /** When the meter took it, wall clock, ms; left out = when it was read. */
  readonly atMs?: number;
  /** The device says itself that it does not measure this: the value is shown, and there is none that is measured. */
  readonly unconfirmed?: boolean;
}

/** What every feed of a meter is asked: whether its power is a branch of the room's supply, and which way round it counts. */
export const meterParams = [
  {
    name: 'counts',
    label: message('message.feed.counts'),
    type: 'choice',
    choices: [
      { value: 'apart', label: message('message.feed.countsApart') },
      { value: 'facility', label: message('message.feed.countsFacility') },
    ],
    default: 'apart',
    help: message('message.feed.countsHelp'),
  },
  { name: 'flip', label: message('message.feed.flip'), type: 'boolean', default: false, help: message('message.feed.flipHelp') },
  {
    name: 'ratedW',
    label: message('message.feed.rated'),
    type: 'number',
    unit: 'W',
    min: 1,
    max: 1e9,
    default: null,
    optional: true,
    advanced: true,
    help: message('message.feed.ratedHelp'),
  },
] as const satisfies readonly ParamDeclaration[];

export const meterSettings = { counts: z.enum(['apart', 'facility']), flip: z.boolean(), ratedW: z.number().nullable() };
export interface MeterSettings {
  readonly counts: 'apart' | 'facility';
  readonly flip: boolean;
}

/**
 * A meter's values as readings of the devices `sensor/<feed>` and `sensor/<feed>/<part>`.
 * @throws {MessageError} when the meter refused every point
 */
export function meterReadings(
  values: readonly MeterValue[],
  { counts, flip }: MeterSettings,
  { id, label }: { readonly id: string; readonly label: string },
): TestReading[] {
  const [first] = values;
  if (first?.why && values.every(({ raw }) => raw === '')) throw new MessageError(first.why);
  const device = `sensor/${id}`;
  const readings = values.flatMap(({ quantity, part, name = part, value, raw, why, unconfirmed = false, atMs }): TestReading[] => {
    const reading: TestReading = {
      device: part === '' ? device : `${device}/${part}`,
      label: part === '' ? label : `${label} ${name}`,
      metric: quantities[quantity],
      provenance: 'measured',
      value: value !== null && flip && isDirected(quantity) ? -value : value,
      raw,
      why,
      ...(atMs === undefined || value === null ? {} : { atMs }),
    };
    // What was measured before ends here, and does not stay as the last that was known.
    return unconfirmed && value !== null
      ? [
          { ...reading, value: null, atMs: undefined },
          { ...reading, provenance: 'unconfirmed' },
        ]
      : [reading];
  });
  readings.push(...lineSums(readings));
  if (counts === 'facility') {
    const total = totalPower(readings, device);
    readings.push({ device, label, metric: 'facility.meter.power', provenance: 'measured', value: total, raw: '', why: null });
  }
  return readings;
}

/**
 * What a device draws or gives on its three lines together, where it tells each of them and no sum: it is one meter, and stands at one
 * place. A line without a value withholds it.
 */
function lineSums(readings: readonly TestReading[]): TestReading[] {
  const powers = readings.filter(({ metric, provenance }) => metric === quantities.power && provenance === 'measured');
  const wholes = new Map<string, TestReading[]>();
  for (const reading of powers) {
    const whole = lineOf(reading.device)?.whole;
    if (whole !== undefined) wholes.set(whole, [...(wholes.get(whole) ?? []), reading]);
  }
  return [...wholes].flatMap(([device, lines]): TestReading[] => {
    const [first] = lines;
    if (first === undefined || lines.length !== 3 || powers.some((own) => own.device === device)) return [];
    const value = lines.reduce<number | null>((sum, own) => (sum === null || own.value === null ? null : sum + own.value), 0);
    const why = lines.find((own) => own.value === null)?.why ?? null;
    const label = first.label?.replace(/[ -]?L[123]$/, '') ?? device;
    return [{ device, label, metric: quantities.power, provenance: 'derived', value, raw: lines.map(({ raw }) => raw).join(' + '), why }];
  });
}

/** What turns around with a current transformer that was put on the wrong way. */
const isDirected = (quantity: QuantityName): boolean => quantity === 'power' || quantity === 'power.reactive';

/** The meter's own sum; where it tells none, that of its phases or of the units in its chain, if it tells all of them. */
export function totalPower(readings: readonly Reading[], device: string): number | null {
  const powers = readings.filter(({ metric, provenance }) => metric === 'meter.power' && provenance === 'measured');
  const own = powers.find((reading) => reading.device === device);
  if (own) return own.value;
  const phases = powers.filter((reading) => lineOf(reading.device)?.whole === device);
  const units = powers.filter((reading) => /\/(?:unit|inlet)-\d+$/.test(reading.device));
  const parts = phases.length === 3 ? phases : units;
  return parts.length === 0
    ? null
    : parts.reduce<number | null>((sum, { value }) => (sum === null || value === null ? null : sum + value), 0);
}
