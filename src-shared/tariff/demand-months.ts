import Big from 'big.js';
import type { Bands } from './bands';
import { demandWindows, peakOf, type DemandWindow } from './demand';
import type { LoadInterval, Stretch } from './load';
import { dateOf, dayNumber, type LocalClock } from './local-clock';
import type { DemandCharge, Tariff } from './tariff';

interface DemandRequest extends Stretch {
  readonly load: readonly LoadInterval[];
  readonly tariff: Pick<Tariff, 'demandBand'>;
}

/** A month of the calendar, or the part of it that is billed. */
export interface MonthSpan extends Stretch {
  /** Day numbers of the whole month. */
  readonly firstDay: number;
  readonly days: number;
}

/** The windows of demand and the peaks of every month that the load tells, also before the bill: ratchets look back. */
export class DemandMonths {
  private readonly windows = new Map<number, readonly DemandWindow[]>();

  constructor(
    private readonly request: DemandRequest,
    private readonly clock: LocalClock,
    private readonly bands: Bands,
  ) {}

  windowsOf(charge: DemandCharge): readonly DemandWindow[] {
    const { load, fromMs, toMs, tariff } = this.request;
    const known = this.windows.get(charge.windowMinutes);
    if (known !== undefined) return known;
    const span = { fromMs: Math.min(fromMs, load[0]?.fromMs ?? fromMs), toMs };
    const made = demandWindows(load, span, charge, tariff.demandBand, this.clock, this.bands);
    this.windows.set(charge.windowMinutes, made);
    return made;
  }

  peakIn(charge: DemandCharge, { fromMs, toMs }: Stretch): DemandWindow | null {
    return peakOf(
      this.windowsOf(charge).filter((window) => window.fromMs >= fromMs && window.fromMs < toMs),
      charge,
    );
  }

  /** The highest of the months before, times the ratchet's share, kW; null = there is none. */
  ratchet(charge: DemandCharge, { firstDay }: MonthSpan): number | null {
    const { ratchet } = charge;
    if (ratchet === undefined) return null;
    const { year, month } = dateOf(firstDay);
    const span = { fromMs: this.clock.startOf(dayNumber(year, month - ratchet.months, 1)), toMs: this.clock.startOf(firstDay) };
    const counting = this.windowsOf(charge).filter(
      ({ fromMs }) =>
        fromMs >= span.fromMs &&
        fromMs < span.toMs &&
        (ratchet.seasons === undefined || this.bands.seasonsAt(fromMs).some((season) => ratchet.seasons?.includes(season))),
    );
    const highest = peakOf(counting, charge)?.kw ?? null;
    return highest === null ? null : new Big(highest).times(ratchet.percent).div(100).toNumber();
  }
}
