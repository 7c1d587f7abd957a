/** One size of a unit: what a shown number is divided by, and what stands behind it. */
export interface Prefix {
  readonly factor: number;
  readonly unit: string;
}

/** In what temperatures are shown and typed. They are kept, sent and exported in °C. */
export const temperatureUnits = ['celsius', 'fahrenheit'] as const;
export type TemperatureUnit = (typeof temperatureUnits)[number];

/** What a shown number counts: `shown = kept / factor + offset`. */
export interface ShownUnit extends Prefix {
  readonly offset: number;
}

/** 1 °F is 5/9 K; 0 °C is 32 °F. */
const fahrenheit: ShownUnit = { factor: 5 / 9, offset: 32, unit: '°F' };

/**
 * How a quantity kept in `unit` is shown in the temperature unit in force, before any prefix. A difference of temperatures,
 * in K or in °C, has no zero to be moved.
 */
export function shownUnit(unit: string, temperature: TemperatureUnit, kind: 'value' | 'difference' = 'value'): ShownUnit {
  if (temperature === 'fahrenheit' && (unit === '°C' || (unit === 'K' && kind === 'difference')))
    return kind === 'value' ? fahrenheit : { ...fahrenheit, offset: 0 };
  return { factor: 1, offset: 0, unit };
}

export function toShown(kept: number, { factor, offset }: ShownUnit): number {
  // Near its zero a moved scale leaves dust that no digits of the value hide.
  return offset === 0 ? kept / factor : Math.round((kept / factor + offset) * 1e9) / 1e9;
}

/** What is kept of a number that a person typed in the unit shown: 68 °F is 20 °C, without the dust of the division. */
export function toKept(shown: number, { factor, offset }: ShownUnit): number {
  return factor === 1 && offset === 0 ? shown : Number(((shown - offset) * factor).toPrecision(14));
}

const steps = (...entries: [number, string][]): readonly Prefix[] => entries.map(([factor, unit]) => ({ factor, unit }));

const J_PER_WH = 3.6e3;

/** Units that are shown with another prefix when the number grows or shrinks, largest first. Energies come in J and are shown in Wh, as they are paid. */
const scaled: Readonly<Record<string, readonly Prefix[]>> = {
  W: steps([1e6, 'MW'], [1e3, 'kW'], [1, 'W']),
  J: steps([3.6e9, 'MWh'], [3.6e6, 'kWh'], [J_PER_WH, 'Wh'], [3.6, 'mWh']),
  B: steps([2 ** 40, 'TiB'], [2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB'], [1, 'B']),
  'B/s': steps([1e9, 'GB/s'], [1e6, 'MB/s'], [1e3, 'kB/s'], [1, 'B/s']),
  kg: steps([1e3, 't'], [1, 'kg'], [1e-3, 'g'], [1e-6, 'mg']),
  'kg/h': steps([1e3, 't/h'], [1, 'kg/h'], [1e-3, 'g/h'], [1e-6, 'mg/h']),
  MHz: steps([1e3, 'GHz'], [1, 'MHz']),
  'J/sample': steps([1, 'J'], [1e-3, 'mJ'], [1e-6, 'µJ']),
  'J/step': steps([1e3, 'kJ'], [1, 'J'], [1e-3, 'mJ'], [1e-6, 'µJ']),
};

/** What one of a unit's sizes is worth, by its name: GiB of B. @throws when the unit has none of this name */
export function prefixFactor(unit: string, name: string): number {
  const prefix = scaled[unit]?.find((choice) => choice.unit === name);
  if (prefix === undefined) throw new Error(`${unit} has no size ${name}`);
  return prefix.factor;
}

/** Whether numbers of this unit are shown with prefixes. */
export function isScaled(unit: string): boolean {
  return Object.hasOwn(scaled, unit);
}

/** Which prefix suits this size; values below the smallest keep it. */
export function prefixFor(unit: string, size: number): Prefix {
  const choices = scaled[unit];
  const last = choices?.at(-1);
  if (!choices || !last) return { factor: 1, unit };
  // Nothing is in the unit without a prefix: 0 Wh, not 0 mWh.
  if (size === 0) return choices.find(({ factor }) => factor === 1 || factor === J_PER_WH) ?? last;
  return choices.find((choice) => size >= choice.factor * 0.99995) ?? last;
}
