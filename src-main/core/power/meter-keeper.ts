import { MeterBook, type CounterMark, type MeterBooking, type MeterFinding } from '@shared/energy/meter-book';
import type { EventInput } from '@shared/model/event';
import { message, type KeyedMessage } from '@shared/text/message';
import { J_PER_KWH, kwh } from '@shared/energy/units';
import type { MeterBooked, MeterEnergyTable, MeterFlow } from '../store/records/meter-energy';
import type { MeterReadings } from './meter-readings';

/** How often what was booked is stored, ms. */
const STORE_EVERY_MS = 15_000;

/** By how much what a meter counted corrects what was booked of it by its power. */
export interface MeterCorrection {
  readonly device: string;
  readonly quarter: number;
  readonly joules: number;
}

export interface MeterKeeperOptions {
  readonly table: MeterEnergyTable;
  readonly readings: MeterReadings;
  /** Whether a meter stands in the power tree: of a part of a meter (a phase, an outlet) nothing is booked unless it does. */
  readonly isPlaced: (device: string) => boolean;
  readonly onEvent: (event: EventInput) => void;
  readonly onCorrection: (correction: MeterCorrection) => void;
  readonly log: (level: 'info' | 'warn', text: string) => void;
}

interface Kept {
  readonly device: string;
  readonly flow: MeterFlow;
  readonly book: MeterBook;
  readonly unsaved: Map<number, MeterBooking>;
}

/** Books what each meter measures, in each direction, and keeps it. */
export class MeterKeeper {
  private readonly books = new Map<string, Kept>();
  private readonly marks: Map<string, ReturnType<MeterEnergyTable['marks']>[number]['mark']>;
  private storeAtMs = -Infinity;
  private isFailing = false;

  constructor(private readonly options: MeterKeeperOptions) {
    this.marks = new Map(options.table.marks().map(({ device, flow, mark }) => [keyOf(device, flow), mark]));
  }

  tick(atMs: number, passedMs: number): void {
    const { readings } = this.options;
    for (const { device, flows } of readings.meters()) {
      if (isPart(device) && !this.options.isPlaced(device)) continue;
      for (const flow of flows) {
        const { book, unsaved } = this.bookOf(device, flow);
        const counter = readings.counter(device, flow);
        const scale = scaleOf(flow);
        const scaled = counter && { ...counter, valueJ: counter.valueJ * scale };
        book.tick({ atMs, passedMs, powerW: this.powerOf(device, flow), counter: scaled });
        for (const finding of book.takeFindings()) if (flow !== 'volume') this.options.onEvent(this.eventOf(atMs, device, finding));
        for (const booking of book.take()) {
          add(unsaved, booking, scale);
          // Energy given back is no part of what comes in.
          if (flow === 'import' && booking.correctedJ !== 0)
            this.options.onCorrection({ device, quarter: booking.quarter, joules: booking.correctedJ });
        }
      }
    }
    if (this.storeAtMs === -Infinity) this.storeAtMs = passedMs + STORE_EVERY_MS;
    if (passedMs >= this.storeAtMs) this.store(passedMs);
  }

  /** Stores what is left, at the end. */
  close(): void {
    this.store(Infinity);
  }

  private bookOf(device: string, flow: MeterFlow): Kept {
    const key = keyOf(device, flow);
    const known = this.books.get(key);
    if (known) return known;
    const kept: Kept = { device, flow, book: new MeterBook(scaledMark(this.marks.get(key) ?? null, scaleOf(flow))), unsaved: new Map() };
    this.books.set(key, kept);
    return kept;
  }

  private powerOf(device: string, flow: MeterFlow): number | null {
    if (flow === 'volume') return null;
    if (flow === 'heat') return this.options.readings.heat(device);
    const { value } = this.options.readings.power(device).powerW;
    if (value === null) return null;
    return Math.max(0, flow === 'import' ? value : -value);
  }

  private eventOf(atMs: number, device: string, finding: MeterFinding): EventInput {
    const isGrave = finding.kind !== 'wrap' && finding.kind !== 'dip';
    const values = { fromJ: finding.fromJ, toJ: finding.toJ };
    return {
      atMs,
      device,
      kind: 'counter.changed',
      code: finding.kind,
      severity: isGrave ? 'warning' : 'info',
      text: whatHappened(finding),
      values,
    };
  }

  private store(passedMs: number): void {
    this.storeAtMs = passedMs + STORE_EVERY_MS;
    const booked = [...this.books.values()].map(({ device, flow, book, unsaved }): MeterBooked => ({
      device,
      flow,
      bookings: [...unsaved.values()],
      mark: scaledMark(book.at, 1 / scaleOf(flow)),
    }));
    try {
      this.options.table.add(booked);
      for (const { unsaved } of this.books.values()) unsaved.clear();
      if (this.isFailing) this.options.log('info', 'the energy of meters is stored again');
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.options.log('warn', `the energy of meters cannot be stored, it goes on in memory: ${String(error)}`);
      this.isFailing = true;
    }
  }
}

/** `sensor/<feed>/<part>` */
const isPart = (device: string): boolean => device.split('/').length > 2;

/** The book's rules are those of energy: a cubic metre is as coarse a step of a water meter as a kWh is of an electricity meter. */
const scaleOf = (flow: MeterFlow): number => (flow === 'volume' ? J_PER_KWH : 1);

const scaledMark = (mark: CounterMark | null, by: number): CounterMark | null =>
  mark === null ? null : { valueJ: mark.valueJ * by, atMs: mark.atMs, rateW: mark.rateW === null ? null : mark.rateW * by };

const keyOf = (device: string, flow: MeterFlow): string => `${flow} ${device}`;

function add(
  to: Map<number, MeterBooking>,
  { quarter, joules, countedJ, knownMs, unknownMs, correctedJ }: MeterBooking,
  scale: number,
): void {
  const own = to.get(quarter) ?? { quarter, joules: 0, countedJ: 0, knownMs: 0, unknownMs: 0, correctedJ: 0 };
  to.set(quarter, own);
  own.joules += joules / scale;
  own.countedJ += countedJ / scale;
  own.knownMs += knownMs;
  own.unknownMs += unknownMs;
  own.correctedJ += correctedJ;
}

const rounded = (joules: number): number => Math.round(kwh(joules) * 1000) / 1000;

function whatHappened({ kind, fromJ, toJ }: MeterFinding): KeyedMessage {
  const [fromKwh, toKwh] = [rounded(fromJ), rounded(toJ)];
  switch (kind) {
    case 'reset':
      return message('message.event.meter.reset', { fromKwh, toKwh });
    case 'wrap':
      return message('message.event.meter.wrap', { fromKwh, toKwh });
    case 'dip':
      return message('message.event.meter.dip', { fromKwh, toKwh });
    case 'jump':
      return message('message.event.meter.jump', { fromKwh, toKwh });
    case 'stuck':
      return message('message.event.meter.stuck', { toKwh });
  }
}
