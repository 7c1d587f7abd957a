import Big from 'big.js';
import { Bands } from './bands';
import { DemandMonths, type MonthSpan } from './demand-months';
import { ExactSum, gapsIn, type LoadInterval, type PriceInterval, type Stretch } from './load';
import { dateOf, DAY_MS, dayNumber, LocalClock } from './local-clock';
import type { Amount, DemandCharge, EnergyCharge, Tariff } from './tariff';

export type TariffLineKind = 'energy' | 'demand' | 'standing' | 'minimum' | 'export' | 'tax';

/** One line of a bill; rounded once, as the tariff says. */
export interface TariffLine {
  readonly kind: TariffLineKind;
  readonly name: string;
  /** Which of its bands or blocks; null = the charge has none. */
  readonly part: string | null;
  readonly quantity: number;
  /** kWh, kW, kVA, day, month, year or %. */
  readonly unit: string;
  /** Of one unit; null for prices that change and for what has none. */
  readonly price: number | null;
  readonly amount: number;
}

/** What a demand charge was reckoned by. */
export interface TariffPeak {
  readonly charge: string;
  /** Highest mean of a whole window that counts, in `unit`; null = no such window is known. */
  readonly measured: number | null;
  /** Local time with offset at which that window begins. */
  readonly from: string | null;
  /** What the months before ask for at least; null = nothing. */
  readonly ratchet: number | null;
  /** What is paid for; null while neither is known. */
  readonly billed: number | null;
  readonly unit: 'kW' | 'kVA';
  readonly windowMinutes: number;
  /** Windows of the span that are not known whole: none of them can set the peak. */
  readonly incompleteWindows: number;
}

/** A month of the calendar, or the part of it that was asked for. */
export interface TariffPeriod {
  /** Local time with offset. */
  readonly from: string;
  readonly to: string;
  /** Drawn and delivered, kWh. */
  readonly kwh: number;
  readonly exportedKwh: number;
  readonly lines: readonly TariffLine[];
  readonly peaks: readonly TariffPeak[];
  /** Sum of the lines. */
  readonly total: number;
}

export type Lacking =
  | { readonly what: 'load'; readonly from: string; readonly to: string }
  | { readonly what: 'price'; readonly charge: string; readonly kwh: number; readonly from: string; readonly to: string }
  | { readonly what: 'band'; readonly kwh: number; readonly from: string; readonly to: string }
  | { readonly what: 'peak'; readonly charge: string; readonly from: string; readonly to: string };

export interface TariffBill {
  readonly tariff: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly periods: readonly TariffPeriod[];
  readonly kwh: number;
  readonly exportedKwh: number;
  /** Share of the time that the load is known for, 0 to 1. */
  readonly coverage: number;
  readonly total: number;
  /** What could not be reckoned: with any of it, the total is that of the rest and no whole bill. */
  readonly lacking: readonly Lacking[];
  readonly isComplete: boolean;
}

export interface TariffRequest {
  readonly tariff: Tariff;
  readonly timeZone: string;
  /** In order and without overlap. */
  readonly load: readonly LoadInterval[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Prices that change, by the name of their charge (`export` = what is delivered); in order. */
  readonly prices: ReadonlyMap<string, readonly PriceInterval[]>;
}

const LACKING_MAX = 200;

/** Prices a load. An interval of energy belongs to the band, the season and the month of its local start. */
export function billLoad(request: TariffRequest): TariffBill {
  const { tariff, timeZone, load, fromMs, toMs } = request;
  const edges = [fromMs, toMs, load[0]?.fromMs ?? fromMs, load.at(-1)?.toMs ?? toMs];
  const [firstMs, lastMs] = [Math.min(...edges), Math.max(...edges)];
  const clock = new LocalClock(timeZone, firstMs - DAY_MS, lastMs + DAY_MS);
  const bands = new Bands(tariff, clock, firstMs, lastMs);
  const lacking: Lacking[] = [];
  const months = new DemandMonths(request, clock, bands);
  const periods = monthsOf(clock, fromMs, toMs).map((span) => new Period(request, span, clock, bands, months, lacking).bill());
  const own = load.filter((interval) => interval.fromMs < toMs && interval.toMs > fromMs);
  const gaps = gapsIn(own, fromMs, toMs);
  for (const gap of gaps) lacking.push({ what: 'load', ...said(clock, gap) });
  const missingMs = gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  const sum = (of: (period: TariffPeriod) => number): number =>
    periods.reduce((total, period) => total.plus(of(period)), new Big(0)).toNumber();
  return {
    tariff: tariff.name,
    currency: tariff.currency,
    timeZone,
    ...said(clock, { fromMs, toMs }),
    periods,
    kwh: sum(({ kwh }) => kwh),
    exportedKwh: sum(({ exportedKwh }) => exportedKwh),
    coverage: toMs > fromMs ? 1 - missingMs / (toMs - fromMs) : 0,
    total: sum(({ total }) => total),
    lacking: lacking.slice(0, LACKING_MAX),
    isComplete: lacking.length === 0,
  };
}

const said = (clock: LocalClock, { fromMs, toMs }: Stretch): { readonly from: string; readonly to: string } => ({
  from: clock.text(fromMs),
  to: clock.text(toMs),
});

/** The calendar's months of a span; the first and the last cut at its ends. */
function monthsOf(clock: LocalClock, fromMs: number, toMs: number): MonthSpan[] {
  const spans: MonthSpan[] = [];
  for (let at = fromMs; at < toMs;) {
    const { year, month } = dateOf(clock.at(at).day);
    const firstDay = dayNumber(year, month, 1);
    const nextDay = dayNumber(year, month + 1, 1);
    const endMs = Math.min(toMs, clock.startOf(nextDay));
    spans.push({ fromMs: at, toMs: endMs, firstDay, days: nextDay - firstDay });
    at = endMs;
  }
  return spans;
}

const roundings = { down: Big.roundDown, 'half-up': Big.roundHalfUp, 'half-even': Big.roundHalfEven, up: Big.roundUp } as const;

/** The bill of one month. */
class Period {
  private readonly lines: TariffLine[] = [];
  private readonly peaks: TariffPeak[] = [];
  private readonly drawn: readonly LoadInterval[];
  private readonly delivered: readonly LoadInterval[];

  constructor(
    private readonly request: TariffRequest,
    private readonly span: MonthSpan,
    private readonly clock: LocalClock,
    private readonly bands: Bands,
    private readonly months: DemandMonths,
    private readonly lacking: Lacking[],
  ) {
    const own = request.load.filter(({ fromMs }) => fromMs >= span.fromMs && fromMs < span.toMs);
    this.drawn = own.filter(({ kwh }) => kwh >= 0);
    this.delivered = own.filter(({ kwh }) => kwh < 0).map((interval) => ({ ...interval, kwh: -interval.kwh }));
  }

  bill(): TariffPeriod {
    const { tariff } = this.request;
    this.refuseUnpriced();
    for (const charge of tariff.energy) this.energy(charge);
    for (const charge of tariff.demand) this.demand(charge);
    for (const { name, amount, per } of tariff.standing) this.standing(name, amount, per);
    this.deliver();
    const beforeTaxes = this.sum();
    if (tariff.minimum !== undefined && beforeTaxes.lt(tariff.minimum) && this.share('month').eq(1))
      this.add('minimum', 'Minimum', null, 1, 'month', null, new Big(tariff.minimum).minus(beforeTaxes));
    for (const { name, percent, on } of tariff.taxes) {
      const base = this.lines
        .filter((line) => on === undefined || on.includes(line.name))
        .reduce((total, { amount }) => total.plus(amount), new Big(0));
      this.add('tax', name, null, percent, '%', null, base.times(percent).div(100));
    }
    return {
      ...said(this.clock, this.span),
      kwh: total(this.drawn),
      exportedKwh: total(this.delivered),
      lines: this.lines,
      peaks: this.peaks,
      total: this.sum().toNumber(),
    };
  }

  private sum(): Big {
    return this.lines.reduce((sum, { amount }) => sum.plus(amount), new Big(0));
  }

  private add(
    kind: TariffLineKind,
    name: string,
    part: string | null,
    quantity: number,
    unit: string,
    price: Big | null,
    exact: Big,
  ): void {
    const { digits, mode } = this.request.tariff.rounding;
    const amount = exact.round(digits, roundings[mode]).toNumber();
    this.lines.push({ kind, name, part, quantity, unit, price: price?.toNumber() ?? null, amount: amount === 0 ? 0 : amount });
  }

  /** Energy that no charge is for is none that is free. */
  private refuseUnpriced(): void {
    const { energy } = this.request.tariff;
    if (energy.some(({ bands }) => bands === undefined)) return;
    const priced = new Set(energy.flatMap(({ bands = [] }) => bands));
    const open = this.drawn.filter(({ fromMs, kwh }) => kwh > 0 && !priced.has(this.bands.at(fromMs) ?? ''));
    const [first] = open;
    const last = open.at(-1);
    if (first && last)
      this.lacking.push({ what: 'band', kwh: total(open), ...said(this.clock, { fromMs: first.fromMs, toMs: last.toMs }) });
  }

  private energy(charge: EnergyCharge): void {
    const { name, bands, price, blocks, hourly } = charge;
    const own = bands === undefined ? this.drawn : this.drawn.filter(({ fromMs }) => bands.includes(this.bands.at(fromMs) ?? ''));
    const part = bands?.join(', ') ?? null;
    const kwh = total(own);
    if (price !== undefined) this.add('energy', name, part, kwh, 'kWh', new Big(price), new Big(kwh).times(price));
    if (blocks !== undefined) {
      let from = 0;
      for (const { upToKwh = Infinity, price: each } of blocks) {
        const inBlock = Number(Math.max(0, Math.min(kwh, upToKwh) - from).toPrecision(15));
        const block = Number.isFinite(upToKwh) ? `${from}–${upToKwh} kWh` : `above ${from} kWh`;
        if (inBlock > 0 || from === 0) this.add('energy', name, block, inBlock, 'kWh', new Big(each), new Big(inBlock).times(each));
        from = upToKwh;
      }
    }
    if (hourly !== undefined) this.changing('energy', name, part, own, hourly, 1);
  }

  /** By prices that change; a part without a price is told and left out. */
  private changing(
    kind: TariffLineKind,
    name: string,
    part: string | null,
    own: readonly LoadInterval[],
    { factor = 1, add = 0 }: NonNullable<EnergyCharge['hourly']>,
    sign: 1 | -1,
  ): void {
    const prices = this.request.prices.get(kind === 'export' ? 'export' : name) ?? [];
    const cost = new ExactSum();
    const kwh = new ExactSum();
    const open: LoadInterval[] = [];
    let at = 0;
    for (const interval of own) {
      while (at < prices.length && (prices[at]?.toMs ?? 0) <= interval.fromMs) at++;
      const price = prices[at];
      if (price === undefined || price.fromMs > interval.fromMs) {
        open.push(interval);
        continue;
      }
      cost.add(interval.kwh * (price.price * factor + Number(add)));
      kwh.add(interval.kwh);
    }
    this.add(kind, name, part, kwh.value, 'kWh', null, new Big(cost.value).times(sign));
    const [first] = open;
    const last = open.at(-1);
    if (first && last)
      this.lacking.push({ what: 'price', charge: name, kwh: total(open), ...said(this.clock, { fromMs: first.fromMs, toMs: last.toMs }) });
  }

  private demand(charge: DemandCharge): void {
    const { name, unit, powerFactor = 1, minimum, price, per, windowMinutes } = charge;
    const of = (kw: number): number => (unit === 'kVA' ? new Big(kw).div(powerFactor).round(6).toNumber() : kw);
    const span = charge.peakOf === 'year' ? this.yearSpan() : this.span;
    const peak = this.months.peakIn(charge, span);
    const ratchetKw = this.months.ratchet(charge, this.span);
    const measured = peak === null || peak.kw === null ? null : of(peak.kw);
    const ratchet = ratchetKw === null ? null : of(ratchetKw);
    const told = [measured, ratchet].flatMap((value) => (value === null ? [] : [value]));
    const billed = told.length === 0 ? null : Math.max(minimum ?? 0, ...told);
    this.peaks.push({
      charge: name,
      measured,
      from: peak === null ? null : this.clock.text(peak.fromMs),
      ratchet,
      billed,
      unit,
      windowMinutes,
      incompleteWindows: this.months
        .windowsOf(charge)
        .filter(({ fromMs, kw }) => kw === null && fromMs >= this.span.fromMs && fromMs < this.span.toMs).length,
    });
    if (billed === null) {
      // No hour of the span is in its bands: a summer's peak costs nothing in winter.
      if (!this.applies(charge)) return;
      this.lacking.push({ what: 'peak', charge: name, ...said(this.clock, this.span) });
      return;
    }
    const times = this.share(per);
    this.add('demand', name, charge.bands?.join(', ') ?? null, billed, unit, new Big(price), new Big(billed).times(price).times(times));
  }

  /** Whether any window of the span, known or not, is in its bands. */
  private applies(charge: DemandCharge): boolean {
    const { bands } = charge;
    if (bands === undefined) return true;
    return this.months
      .windowsOf(charge)
      .some(({ fromMs, band }) => fromMs >= this.span.fromMs && fromMs < this.span.toMs && band !== null && bands.includes(band));
  }

  private yearSpan(): Stretch {
    const { year } = dateOf(this.span.firstDay);
    return { fromMs: this.clock.startOf(dayNumber(year, 1, 1)), toMs: this.clock.startOf(dayNumber(year + 1, 1, 1)) };
  }

  private standing(name: string, amount: Amount, per: 'day' | 'month' | 'year'): void {
    const times = this.share(per);
    this.add('standing', name, null, Number(times.round(6)), per, new Big(amount), new Big(amount).times(times));
  }

  /** How many days, months or years the span is, by whole local days. */
  private share(per: 'day' | 'month' | 'year'): Big {
    const days = this.daysIn();
    if (per === 'day') return new Big(days);
    if (per === 'month') return new Big(days).div(this.span.days);
    const { year } = dateOf(this.span.firstDay);
    return new Big(days).div(dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1));
  }

  /** Days that begin in the span; a part of one alone is a day of its own. */
  private daysIn(): number {
    const { fromMs, toMs, firstDay, days } = this.span;
    let count = 0;
    for (let day = firstDay; day < firstDay + days; day++) {
      const start = this.clock.startOf(day);
      if (start >= fromMs && start < toMs) count++;
    }
    return Math.max(1, count);
  }

  private deliver(): void {
    const { export: sold } = this.request.tariff;
    if (this.delivered.length === 0) return;
    const name = sold?.name ?? 'Delivered';
    const kwh = total(this.delivered);
    if (sold?.price !== undefined)
      this.add('export', name, null, kwh, 'kWh', new Big(sold.price), new Big(kwh).times(sold.price).times(-1));
    else if (sold?.hourly !== undefined) this.changing('export', name, null, this.delivered, sold.hourly, -1);
    else {
      const { fromMs } = this.delivered[0] ?? this.span;
      const { toMs } = this.delivered.at(-1) ?? this.span;
      this.lacking.push({ what: 'price', charge: name, kwh, ...said(this.clock, { fromMs, toMs }) });
    }
  }
}

function total(intervals: readonly LoadInterval[]): number {
  const sum = new ExactSum();
  for (const { kwh } of intervals) sum.add(kwh);
  return sum.value;
}
