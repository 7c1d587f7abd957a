import type { EventInput } from '@shared/model/event';
import type { MetricName } from '@shared/model/metric';
import { message, type Message } from '@shared/text/message';
import type { TestReading } from '../../../collector-kind';
import { totalPower } from '../readings';
import { Measured, quantityText, type Finding } from './finding';
import { JumpWatch } from './jumps';
import { momentaryFindings, type MomentaryOptions } from './momentary';
import { StandstillWatch } from './standstill';

/** A device's clock may be ahead by so much and still tell when a value was taken. */
const AHEAD_MS = 60_000;
/** A finding is over once so many answers were without it: one that comes with every other answer is one. */
const CLEAN_ANSWERS = 3;

interface Active {
  finding: Finding;
  clean: number;
}

/**
 * Whether what a meter tells can be: every feed's readings pass here, whatever they came by. What cannot be is missing, what
 * contradicts the meter itself or what it told before is unconfirmed; both say why, and nothing is changed.
 */
export class PlausibilityCheck {
  private readonly jumps = new JumpWatch();
  private readonly standstill = new StandstillWatch();
  private readonly active = new Map<string, Active>();

  constructor(readonly options: MomentaryOptions) {}

  /** What does not hold now, in the order in which it was found. */
  get findings(): Finding[] {
    return [...this.active.values()].map(({ finding }) => finding);
  }

  /**
   * @param nowMs wall clock
   * @param passedMs of the clock that nobody sets
   */
  check(answer: readonly TestReading[], nowMs: number, passedMs: number): { readings: TestReading[]; events: EventInput[] } {
    const { readings, findings: clocks } = dated(answer, nowMs);
    const momentary = momentaryFindings(readings, this.options);
    const measured = new Measured(readings);
    const isDoubted = (device: string, metric: MetricName): boolean =>
      momentary.some((finding) => finding.device === device && finding.metric === metric);
    const findings = [...clocks, ...momentary, ...this.jumps.look(measured, isDoubted), ...this.standstill.look(measured, passedMs)];
    return { readings: withFindings(readings, findings), events: this.follow(findings, nowMs) };
  }

  /** Rows of before, by themselves. */
  past(readings: readonly TestReading[]): TestReading[] {
    return withFindings(readings, momentaryFindings(readings, this.options));
  }

  private follow(findings: readonly Finding[], nowMs: number): EventInput[] {
    const events: EventInput[] = [];
    const seen = new Set<string>();
    for (const finding of findings) {
      const key = keyOf(finding);
      seen.add(key);
      const before = this.active.get(key);
      if (before === undefined) events.push(eventOf(finding, 'meter.implausible', nowMs));
      this.active.set(key, { finding, clean: 0 });
    }
    for (const [key, active] of this.active) {
      if (seen.has(key)) continue;
      active.clean++;
      if (active.clean < CLEAN_ANSWERS) continue;
      this.active.delete(key);
      events.push(eventOf(active.finding, 'meter.plausible', nowMs));
    }
    return events;
  }
}

/** Takes the time from what a device dates into the future: it is of now. */
function dated(answer: readonly TestReading[], nowMs: number): { readings: TestReading[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const readings = answer.map((reading): TestReading => {
    const { device, metric, atMs } = reading;
    if (atMs === undefined || atMs <= nowMs + AHEAD_MS) return reading;
    if (!findings.some((finding) => finding.device === device)) {
      const why = message('message.plausible.clock', { seconds: Math.round((atMs - nowMs) / 1000) });
      findings.push({ kind: 'clock', device, metric, why, effect: 'told' });
    }
    return { ...reading, atMs: undefined };
  });
  return { readings, findings };
}

/** A clock is the whole device's. */
const keyOf = ({ kind, device, metric }: Finding): string => [kind, device, kind === 'clock' ? '' : metric].join('\n');

function eventOf(
  { kind: code, device, metric, why, effect }: Finding,
  kind: 'meter.implausible' | 'meter.plausible',
  atMs: number,
): EventInput {
  const begins = kind === 'meter.implausible';
  const told = { metric: quantityText(metric), why };
  const ended = effect === 'told' ? message('message.event.meter.clockBack') : message('message.event.meter.plausible', told);
  const text = begins ? message(`message.event.meter.${effect}`, told) : ended;
  return { atMs, device, kind, code, severity: begins ? 'warning' : 'info', text, values: { metric } };
}

/** The readings with what was found: a branch's total is that of the power that is left. */
function withFindings(readings: readonly TestReading[], findings: readonly Finding[]): TestReading[] {
  const by = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.device}\n${finding.metric}`;
    if (finding.effect !== 'told' && !by.has(key)) by.set(key, finding);
  }
  if (by.size === 0) return [...readings];
  let powerWhy: Message | null = null;
  const checked = readings.flatMap((reading): TestReading[] => {
    const found = reading.provenance === 'measured' && reading.value !== null ? by.get(`${reading.device}\n${reading.metric}`) : undefined;
    if (found === undefined) return [reading];
    if (reading.metric === 'meter.power') powerWhy ??= found.why;
    const raw = reading.raw === undefined || reading.raw === '' ? String(reading.value) : reading.raw;
    // What was measured before ends here, and does not stay as the last that was known.
    const missing: TestReading = { ...reading, raw, value: null, atMs: undefined, why: found.why };
    return found.effect === 'missing' ? [missing] : [missing, { ...reading, raw, provenance: 'unconfirmed', why: found.why }];
  });
  return checked.map((reading): TestReading => {
    if (powerWhy === null || reading.metric !== 'facility.meter.power') return reading;
    const value = totalPower(checked, reading.device);
    return { ...reading, value, ...(value === null ? { atMs: undefined, why: powerWhy } : {}) };
  });
}
