import { setImmediate } from 'node:timers/promises';
import type { GapBooking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { runBill, withheldBill, type RunQuarter } from '@shared/energy/run-bill';
import type { PriceList } from '@shared/model/price-list';
import type { Run, RunEnergy } from '@shared/model/run';
import type { LedgerTable } from '../store/records/ledger/ledger';
import { longestGapMs } from './run-accounts';
import { samplesSeen } from './run-billing';

/** So many quarters are read in one go, before others have their turn: a week. */
const AT_ONCE = 672;

export interface LostBillsOptions {
  readonly ledger: Pick<LedgerTable, 'runQuarters' | 'gapsBetween' | 'bookedUntil'>;
  /** In the order in which they were made. */
  readonly lists: () => readonly PriceList[];
  /** Whether the room is simulated: what is booked in it is of no run. */
  readonly simulated: boolean;
  /** Runs that were on this machine at some moment of a time. */
  readonly runsUnderWay: (fromMs: number, toMs: number) => readonly { readonly id: string }[];
  readonly setEnergy: (runId: string, energy: RunEnergy) => void;
  readonly log: (level: 'warn', text: string) => void;
}

/**
 * The bill of a run whose core was lost: what was booked to it until then, at the prices in force then. What the crash took, and
 * what came after, is unknown time. Of a run of before there was a ledger the last bill its core made stays, as the last.
 * @returns null for a run that never started, or of which nothing is known
 */
export async function lostBill(run: Run, options: LostBillsOptions): Promise<RunEnergy | null> {
  const { startedAtMs, endedAtMs, energy } = run;
  if (startedAtMs === null || endedAtMs === null) return null;
  const { ledger, lists, simulated } = options;
  const spanMs = Math.max(0, endedAtMs - startedAtMs);
  if (simulated) return withheldBill(lists().at(-1) ?? null, 'simulated-room', spanMs, true);
  const quarters: RunQuarter[] = [];
  const end = Math.floor(endedAtMs / QUARTER_MS) + 1;
  for (let from = Math.floor(startedAtMs / QUARTER_MS); from < end; from += AT_ONCE) {
    quarters.push(...ledger.runQuarters(run.id, from, Math.min(end, from + AT_ONCE)));
    await setImmediate();
  }
  if (quarters.length === 0) return energy === null ? null : { ...energy, final: true };
  return runBill({
    quarters,
    spanMs,
    gapMs: longestGapMs([...ledger.gapsBetween(startedAtMs, endedAtMs), ...notBooked(ledger, endedAtMs)], startedAtMs, endedAtMs),
    lists: lists(),
    peakItW: energy?.peakItW.value ?? null,
    samplesSeen: samplesSeen(run),
    final: true,
    runsBeside: options.runsUnderWay(startedAtMs, endedAtMs).flatMap(({ id }) => (id === run.id ? [] : [id])),
    excludedDevices: energy?.excludedDevices ?? [],
  });
}

/** What the crash took: nothing tells of the time since it was stored last, until the next tick makes a gap of it. */
function notBooked(ledger: Pick<LedgerTable, 'bookedUntil'>, endedAtMs: number): GapBooking[] {
  return [...ledger.bookedUntil()].flatMap(([place, untilMs]) =>
    untilMs < endedAtMs ? [{ place, fromMs: untilMs, toMs: endedAtMs }] : [],
  );
}

/** Makes the bills that a lost core left open, one after another, beside all else. */
export class LostBills {
  private isClosed = false;
  private readonly seen = new Set<string>();
  private done: Promise<void> = Promise.resolve();

  constructor(private readonly options: LostBillsOptions) {}

  /** Each run once, however often it is told. */
  add(run: Run): void {
    if (this.seen.has(run.id)) return;
    this.seen.add(run.id);
    this.done = this.done.then(() => this.bill(run));
  }

  /** What is not billed by then is billed at the next start. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.done;
  }

  private async bill(run: Run): Promise<void> {
    if (this.isClosed) return;
    const { setEnergy, log } = this.options;
    try {
      const energy = await lostBill(run, this.options);
      if (energy !== null && !this.isClosed) setEnergy(run.id, energy);
    } catch (error) {
      log('warn', `the energy of run ${run.id} stays as it was when the core was lost: ${String(error)}`);
    }
  }
}
