import { randomInt } from 'node:crypto';

const TIME_DIGITS = 9;
const RANDOM_DIGITS = 3;

/** Makes run ids: nine base-36 digits of time (ms), three random ones. Sorted as text they are sorted by age. */
export function createRunIds(now: () => number, random: () => number = () => randomInt(36 ** RANDOM_DIGITS)): () => string {
  let lastMs = 0;
  return () => {
    lastMs = Math.max(lastMs + 1, Math.floor(now()));
    return lastMs.toString(36).padStart(TIME_DIGITS, '0') + random().toString(36).padStart(RANDOM_DIGITS, '0');
  };
}
