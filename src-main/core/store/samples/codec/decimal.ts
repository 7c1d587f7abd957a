/** Decimal places up to which a column is looked at as whole numbers. */
export const MAX_PLACES = 9;
/** Whole numbers of a column stay below this, so that second differences of them are exact, and their zigzag too. */
const MAX_WHOLE = 2 ** 49;

export const POWERS_OF_TEN: readonly number[] = Array.from({ length: MAX_PLACES + 1 }, (_, places) => 10 ** places);

/**
 * The fewest decimal places, from `from` up, at which this number is a whole one divided by a power of ten, exactly;
 * −1 when there is none (a true double, negative zero, too large a number).
 */
export function placesOf(value: number, from = 0): number {
  for (let places = from; places <= MAX_PLACES; places++) {
    const power = POWERS_OF_TEN[places] as number;
    const whole = Math.round(value * power);
    if (!(Math.abs(whole) < MAX_WHOLE)) return -1;
    if (whole / power === value) return whole === 0 && Object.is(value, -0) ? -1 : places;
  }
  return -1;
}
