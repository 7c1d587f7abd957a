import { metricOf } from '@shared/model/metrics';
import { message } from '@shared/text/message';
import type { TestReading } from '../../../collector-kind';
import { Measured, type Finding } from './finding';

export interface MomentaryOptions {
  /** What the meter can measure at most, W; null = nobody said. */
  ratedW: number | null;
  /** Whether power may flow back there; true where that is not known. */
  readonly canFeedBack: (device: string) => boolean;
}

/** Power beyond what voltage and current make is allowed by so much: they are read at different moments. */
const SLACK = 1.2;
/** Rack PDUs tell their current in tenths: a half of that is rounded away. */
const CURRENT_STEP_A = 0.1;
/** Of a whole meter nobody knows whether its current is of one line or of three, and its voltage between which wires. */
const LINES_MAX = 3;
/** A current transformer tells a little below zero of a line without load. */
const ZERO_W = 2;
/** Railways have 16.7 Hz, aircraft 400 Hz; zero is direct current, or a line that is off. */
const mainsHz = [
  [15, 70],
  [380, 420],
] as const;

/** What is wrong with one answer by itself: nothing before it is needed. */
export function momentaryFindings(readings: readonly TestReading[], { ratedW, canFeedBack }: MomentaryOptions): Finding[] {
  const measured = new Measured(readings);
  const isBranch = readings.some(({ metric }) => metric === 'facility.meter.power');
  const findings: Finding[] = [];
  for (const device of measured.devices)
    for (const reading of measured.of(device)) {
      const { metric, value } = reading;
      const finding = (kind: Finding['kind'], why: Finding['why'], effect: Finding['effect'] = 'unconfirmed'): void =>
        void findings.push({ kind, device, metric, why, effect });
      const { range } = metricOf(reading);
      // A branch's total is its meter's power once more, and is judged by that.
      if (metric === 'facility.meter.power') continue;
      if (range !== null && (value < range[0] || value > range[1])) {
        finding('range', message('message.plausible.range', { value, least: range[0], most: range[1] }), 'missing');
        continue;
      }
      if (metric === 'meter.frequency' && value !== 0 && !mainsHz.some(([from, to]) => value >= from && value <= to))
        finding('frequency', message('message.plausible.frequency', { value }));
      if (metric !== 'meter.power') continue;
      if (ratedW !== null && Math.abs(value) > ratedW) finding('rating', message('message.plausible.rating', { value, most: ratedW }));
      const most = mostPower(measured, device);
      if (most !== null && Math.abs(value) > most.watts) finding('product', most.why);
      if (value < -ZERO_W && (isBranch || !canFeedBack(device))) finding('direction', message('message.plausible.direction', { value }));
    }
  return findings;
}

/** What its own voltage and current, or its apparent power, can make at most; zero of a voltage or an apparent power is not measured. */
function mostPower(measured: Measured, device: string): { readonly watts: number; readonly why: Finding['why'] } | null {
  const volts = measured.value(device, 'meter.voltage');
  const amperes = measured.value(device, 'meter.current');
  const apparent = measured.value(device, 'meter.power.apparent');
  const lines = isOneLine(device) ? 1 : LINES_MAX;
  const limits = [
    ...(volts === null || volts === 0 || amperes === null
      ? []
      : [
          {
            watts: SLACK * volts * (Math.abs(amperes) + CURRENT_STEP_A / 2) * lines,
            why: message('message.plausible.product', { volts, amperes: Math.abs(amperes) }),
          },
        ]),
    ...(apparent === null || apparent === 0
      ? []
      : [
          {
            watts: SLACK * (Math.abs(apparent) + ZERO_W),
            why: message('message.plausible.apparent', { apparent: Math.abs(apparent) }),
          },
        ]),
  ];
  return limits.sort((a, b) => a.watts - b.watts)[0] ?? null;
}

const isOneLine = (device: string): boolean => /(?:\/|-)(?:L\d|outlet[^/]*)$/.test(device);
