import type { MeterValue } from './readings';

/** A device rounds its current to a tenth, and takes voltage and current at different moments. */
const SLACK = 1.1;
const CURRENT_STEP_A = 0.1;

/**
 * The parts of a meter whose power is more than their own voltage and current can make: a wrong scale, or a device that lies. What
 * is shown stays as the device told it.
 */
export function tooMuchPower(values: readonly MeterValue[]): string[] {
  const of = (quantity: MeterValue['quantity'], part: string): number | null =>
    values.find((one) => one.quantity === quantity && one.part === part)?.value ?? null;
  return values
    .filter(({ quantity, part, value }) => {
      const [volts, amperes] = [of('voltage', part), of('current', part)];
      if (quantity !== 'power' || value === null || volts === null || amperes === null) return false;
      return Math.abs(value) > SLACK * volts * (Math.abs(amperes) + CURRENT_STEP_A) * (isOneLine(part) ? 1 : Math.sqrt(3));
    })
    .map(({ part }) => part);
}

/** Of one line, power is at most volts times amperes; of a whole that may be of three, more. */
const isOneLine = (part: string): boolean => /(?:^|-)L\d$|^outlet/.test(part);
