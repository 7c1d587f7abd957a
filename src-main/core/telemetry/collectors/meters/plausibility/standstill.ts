import type { MetricId } from '@shared/model/metrics';
import type { MetricName } from '@shared/model/metric';
import { message, type Message } from '@shared/text/message';
import { type Measured, type Finding } from './finding';

/** What never stands still by itself at a load that is on. */
const live: ReadonlySet<MetricName> = new Set<MetricId>([
  'meter.power',
  'meter.power.apparent',
  'meter.power.reactive',
  'meter.power.factor',
  'meter.voltage',
  'meter.current',
  'meter.frequency',
]);
const COUNTER: MetricId = 'meter.energy.import';

/** A value that stands so long, over so many answers, is held against what belongs to it. */
const STUCK_MS = 15 * 60_000;
const STUCK_READS = 30;
/** A counter tells the mean power by so many of its steps. */
const COUNTER_STEPS = 5;
const COUNTER_SHARE = 0.25;
const COUNTER_LEAST_W = 5;
/** So much of its largest value, and so many amperes or watts, are no rounding. */
const MOVED_SHARE = 0.3;
const MOVED_A = 0.3;
const MOVED_W = 50;

/** A meter of which nothing moves any more: so long, so many answers, and so many times longer than it ever stood before. */
const FROZEN_MS = 30 * 60_000;
const FROZEN_READS = 60;
const FROZEN_TIMES = 20;
/** So often it moved before: one that was never seen moving may be a load that stands still. */
const MOVES = 20;
const FROZEN_SERIES = 2;

interface Span {
  least: number;
  most: number;
}

interface Counted {
  readonly fromJ: number;
  readonly fromMs: number;
  toJ: number;
  toMs: number;
  steps: number;
}

/** One quantity since it moved last. */
interface Calm {
  value: number;
  atMs: number | undefined;
  sinceMs: number;
  reads: number;
  moves: number;
  longestMs: number;
  /** What belongs to it meanwhile. */
  power: Span | null;
  current: Span | null;
  counted: Counted | null;
}

interface Part {
  readonly calms: Map<MetricName, Calm>;
  counter: { value: number; movedMs: number } | null;
}

/**
 * Finds values that stand still while what belongs to them moves: power beside its own current or energy counter. A load that
 * idles, or a device that rounds, stands still in all of them alike, and is left alone. Where all stands still, the meter is
 * compared with itself: how long it stood before, by then twenty times moved.
 */
export class StandstillWatch {
  private readonly parts = new Map<string, Part>();

  /** @param passedMs of the clock that nobody sets */
  look(measured: Measured, passedMs: number): Finding[] {
    const findings: Finding[] = [];
    for (const device of measured.devices) {
      const part = this.parts.get(device) ?? { calms: new Map<MetricName, Calm>(), counter: null };
      this.parts.set(device, part);
      const powerW = measured.value(device, 'meter.power');
      const currentA = measured.value(device, 'meter.current');
      const steppedJ = stepOf(part, measured.value(device, COUNTER), passedMs);
      for (const { metric, value, atMs } of measured.of(device)) {
        if (!live.has(metric)) continue;
        const calm = part.calms.get(metric);
        if (calm === undefined) part.calms.set(metric, newCalm(value, atMs, passedMs));
        else if (calm.value !== value) part.calms.set(metric, movedCalm(calm, value, atMs, passedMs));
        // The same moment once more is no new reading.
        else if (atMs === undefined || atMs !== calm.atMs) {
          calm.reads++;
          calm.atMs = atMs;
        }
      }
      for (const calm of part.calms.values()) accompany(calm, powerW, currentA, steppedJ, passedMs);
      const frozen = frozenWhy(part, passedMs);
      for (const { metric } of measured.of(device)) {
        const calm = part.calms.get(metric);
        const why = calm === undefined ? null : (stuckWhy(metric, calm, passedMs) ?? frozen);
        if (why !== null) findings.push({ kind: why === frozen ? 'frozen' : 'stuck', device, metric, why, effect: 'unconfirmed' });
      }
    }
    return findings;
  }
}

const newCalm = (value: number, atMs: number | undefined, sinceMs: number): Calm => ({
  value,
  atMs,
  sinceMs,
  reads: 1,
  moves: 0,
  longestMs: 0,
  power: null,
  current: null,
  counted: null,
});

const movedCalm = ({ sinceMs, moves, longestMs }: Calm, value: number, atMs: number | undefined, nowMs: number): Calm => ({
  ...newCalm(value, atMs, nowMs),
  moves: moves + 1,
  longestMs: Math.max(longestMs, nowMs - sinceMs),
});

/** @returns the counter's new value where it moved on; undefined where it fell; null where it did not move */
function stepOf(part: Part, value: number | null, nowMs: number): number | null | undefined {
  if (value === null) return null;
  const before = part.counter;
  if (before?.value === value) return null;
  part.counter = { value, movedMs: nowMs };
  if (before === null) return null;
  return value > before.value ? value : undefined;
}

function accompany(calm: Calm, powerW: number | null, currentA: number | null, stepJ: number | null | undefined, nowMs: number): void {
  calm.power = widened(calm.power, powerW);
  calm.current = widened(calm.current, currentA);
  if (stepJ === undefined) calm.counted = null;
  else if (stepJ !== null) {
    calm.counted ??= { fromJ: stepJ, fromMs: nowMs, toJ: stepJ, toMs: nowMs, steps: -1 };
    calm.counted.toJ = stepJ;
    calm.counted.toMs = nowMs;
    calm.counted.steps++;
  }
}

const widened = (span: Span | null, value: number | null): Span | null =>
  value === null
    ? span
    : span === null
      ? { least: value, most: value }
      : { least: Math.min(span.least, value), most: Math.max(span.most, value) };

function stuckWhy(metric: MetricName, calm: Calm, nowMs: number): Message | null {
  const { value, sinceMs, reads, power, current, counted } = calm;
  if (nowMs - sinceMs < STUCK_MS || reads < STUCK_READS) return null;
  const minutes = Math.floor((nowMs - sinceMs) / 60_000);
  if (metric === 'meter.power') {
    if (counted !== null && counted.steps >= COUNTER_STEPS) {
      const watts = ((counted.toJ - counted.fromJ) / (counted.toMs - counted.fromMs)) * 1000;
      const apart = Math.abs(watts - Math.abs(value));
      return apart > COUNTER_LEAST_W && apart > COUNTER_SHARE * Math.max(watts, Math.abs(value))
        ? message('message.plausible.stuckCounter', { minutes, watts: Math.round(watts) })
        : null;
    }
    return current !== null && hasMoved(current, MOVED_A) ? message('message.plausible.stuckCurrent', { minutes, ...current }) : null;
  }
  if (metric === 'meter.current' && value !== 0 && power !== null && hasMoved(power, MOVED_W))
    return message('message.plausible.stuckPower', { minutes, ...power });
  return null;
}

const hasMoved = ({ least, most }: Span, by: number): boolean =>
  most - least >= by && most - least >= MOVED_SHARE * Math.max(Math.abs(least), Math.abs(most));

function frozenWhy({ calms, counter }: Part, nowMs: number): Message | null {
  const all = [...calms.values()];
  if (all.length < FROZEN_SERIES || all.filter(({ moves }) => moves >= MOVES).length < FROZEN_SERIES) return null;
  const sinceMs = Math.max(...all.map((calm) => calm.sinceMs));
  if (counter !== null && counter.movedMs > sinceMs) return null;
  const longestMs = Math.max(...all.map((calm) => calm.longestMs));
  const isFrozen = all.every(({ reads }) => reads >= FROZEN_READS) && nowMs - sinceMs >= Math.max(FROZEN_MS, FROZEN_TIMES * longestMs);
  return isFrozen
    ? message('message.plausible.frozen', { minutes: Math.floor((nowMs - sinceMs) / 60_000), seconds: Math.round(longestMs / 1000) })
    : null;
}
