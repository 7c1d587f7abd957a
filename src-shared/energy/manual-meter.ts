import type { ManualReading, ManualReadingSeen } from '../model/manual-reading';
import { message, MessageError } from '../text/message';
import type { MeterBooking } from './meter-book';
import { cutAtQuarters } from './quarters';

/** Two readings further apart than this say nothing of a quarter of an hour between them. ms */
const MAX_SPAN_MS = 400 * 86_400_000;

const byTime = (a: ManualReading, b: ManualReading): number => a.atMs - b.atMs;

/**
 * What the readings of a meter come to, in the order of their times.
 * @throws {MessageError} for one that does not go with those before it
 */
export function followReadings(readings: readonly ManualReading[]): ManualReadingSeen[] {
  let before: ManualReadingSeen | null = null;
  return [...readings].sort(byTime).map((reading) => {
    const seen = seenAfter(reading, before);
    before = seen;
    return seen;
  });
}

function seenAfter(reading: ManualReading, before: ManualReadingSeen | null): ManualReadingSeen {
  const { atMs, kind, value, begins } = reading;
  if (kind === 'used') {
    if (before === null) throw new MessageError(message('message.manual.usedFirst', { readAtMs: atMs }));
    return { ...reading, shown: before.shown + value, used: value, isBooked: atMs - before.atMs <= MAX_SPAN_MS };
  }
  if (before === null || begins) return { ...reading, shown: value, used: null, isBooked: false };
  if (value < before.shown)
    throw new MessageError(
      message('message.manual.falls', {
        readAtMs: atMs,
        value: String(value),
        before: String(before.shown),
        beforeAtMs: before.atMs,
      }),
    );
  return { ...reading, shown: value, used: value - before.shown, isBooked: atMs - before.atMs <= MAX_SPAN_MS };
}

/** What was used from one reading to the next. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly used: number;
}

const stretchesOf = (readings: readonly ManualReadingSeen[]): Stretch[] =>
  readings.flatMap(({ atMs, used, isBooked }, i) => {
    const before = readings[i - 1];
    return used === null || !isBooked || before === undefined ? [] : [{ fromMs: before.atMs, toMs: atMs, used }];
  });

/**
 * What is to be added to what is booked of a meter once its readings are others: what was used between two of them lies evenly
 * over the time between, since nobody knows more.
 * @param scale what one of the readings' unit is of what is booked (J, m³)
 */
export function bookingChange(before: readonly ManualReadingSeen[], after: readonly ManualReadingSeen[], scale: number): MeterBooking[] {
  const [old, fresh] = [stretchesOf(before), stretchesOf(after)];
  const isSame = (a: Stretch) => (b: Stretch) => a.fromMs === b.fromMs && a.toMs === b.toMs && a.used === b.used;
  const bookings = new Map<number, MeterBooking>();
  const add = ({ fromMs, toMs, used }: Stretch, sign: 1 | -1): void => {
    for (const { quarter, from, to } of cutAtQuarters(fromMs, toMs)) {
      const own = bookings.get(quarter) ?? { quarter, joules: 0, countedJ: 0, knownMs: 0, unknownMs: 0, correctedJ: 0 };
      bookings.set(quarter, own);
      own.joules += sign * used * scale * (to - from);
      own.countedJ += sign * used * scale * (to - from);
      own.knownMs += sign * (toMs - fromMs) * (to - from);
    }
  };
  for (const stretch of old) if (!fresh.some(isSame(stretch))) add(stretch, -1);
  for (const stretch of fresh) if (!old.some(isSame(stretch))) add(stretch, 1);
  return [...bookings.values()];
}
