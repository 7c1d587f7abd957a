import { runBill, withheldBill } from '@shared/energy/run-bill';
import { isFinal, type Run, type RunEnergy } from '@shared/model/run';
import { SERVING_KIND } from '@shared/model/serving';
import type { LedgerKeeper } from './ledger-keeper';
import type { PriceLists } from './price-lists';
import type { RoomPoint } from './room-power';
import { longestGapMs } from './run-accounts';
import { computesOnGpu } from './run-holders';

/** A run that began longer ago is one that another core began, ms. */
const JUST_BEGUN_MS = 5_000;

export interface RunBillingOptions {
  readonly ledger: Pick<LedgerKeeper, 'beginAccount' | 'runEnded' | 'account' | 'endAccount'>;
  readonly prices: Pick<PriceLists, 'all' | 'at'>;
  readonly setEnergy: (runId: string, energy: RunEnergy) => void;
  readonly wallMs: () => number;
  /**
   * When a moment of the wall clock that is just past was, on the clock of the points' `passedMs` (passedAt). Runs are billed
   * for the time that passed, wherever the wall clock was set to meanwhile.
   */
  readonly passedAt: (atMs: number) => number;
}

interface Active {
  run: Run;
  /** On the clock that nobody sets. */
  readonly startMs: number;
  endMs: number | null;
  /** Other runs that were on the node at the same time. */
  readonly beside: Set<string>;
  readonly excludedDevices: Set<string>;
  /** The most that cores before this one saw it draw, W; null = not seen. */
  readonly peakBeforeW: number | null;
}

/**
 * Bills every run what the ledger books to it, live from tick to tick; the bill is final with the first tick after the end. In a
 * room that this machine is no node of, nothing is known of a run's energy, and the bill says so. To be told of each point after
 * the ledger.
 */
export class RunBilling {
  private readonly active = new Map<string, Active>();
  private last: Pick<RoomPoint, 'passedMs' | 'localItPowerW'> | null = null;

  constructor(private readonly options: RunBillingOptions) {}

  /**
   * Tells a run's new state; it is billed from its start to its end. A run that a core before this one began, and that goes on,
   * is told in the same way: what was booked to it then is in its account.
   */
  onRun(run: Run): void {
    const known = this.active.get(run.id);
    if (known) {
      known.run = run;
      if (known.endMs !== null || !isFinal(run.status) || run.endedAtMs === null) return;
      known.endMs = this.options.passedAt(run.endedAtMs);
      this.options.ledger.runEnded(run.id, known.endMs);
      return;
    }
    if (run.startedAtMs === null || isFinal(run.status)) return;
    const { ledger, wallMs, passedAt } = this.options;
    const nowMs = wallMs();
    const ageMs = nowMs - run.startedAtMs;
    const startMs = ageMs > JUST_BEGUN_MS ? passedAt(nowMs) - ageMs : passedAt(run.startedAtMs);
    const own: Active = {
      run,
      startMs,
      endMs: null,
      beside: new Set(run.energy?.allocated?.runs),
      excludedDevices: new Set(run.energy?.excludedDevices),
      peakBeforeW: run.energy?.peakItW.value ?? null,
    };
    for (const other of this.active.values()) {
      if (other.endMs !== null) continue;
      own.beside.add(other.run.id);
      other.beside.add(run.id);
    }
    this.active.set(run.id, own);
    ledger.beginAccount({ runId: run.id, pid: undefined, usesGpu: computesOnGpu(run) }, run.startedAtMs, startMs);
  }

  /** Forgets a deleted run. */
  forget(runId: string): void {
    this.active.delete(runId);
    this.options.ledger.endAccount(runId);
  }

  onRoom({ passedMs, localItPowerW, uncounted }: RoomPoint): void {
    this.last = { passedMs, localItPowerW };
    for (const own of [...this.active.values()]) {
      for (const { device, why } of uncounted) if (why === 'excluded') own.excludedDevices.add(device);
      this.bill(own, this.last, own.endMs !== null && passedMs >= own.endMs);
    }
  }

  /** Makes every open bill final with what is booked; for the end of the core. */
  flush(): void {
    if (this.last === null) return;
    for (const own of [...this.active.values()]) this.bill(own, this.last, true);
  }

  private bill(own: Active, { passedMs, localItPowerW }: Pick<RoomPoint, 'passedMs' | 'localItPowerW'>, final: boolean): void {
    if (localItPowerW === null) this.withhold(own, passedMs, final);
    else this.publish(own, passedMs, final);
  }

  private publish(own: Active, passedMs: number, final: boolean): void {
    const { ledger, prices, wallMs, passedAt } = this.options;
    const account = ledger.account(own.run.id);
    if (account === null) return;
    const endMs = Math.min(own.endMs ?? Infinity, passedMs);
    const spanMs = Math.max(0, endMs - own.startMs);
    const nowMs = wallMs();
    const wallEndMs = nowMs - (passedAt(nowMs) - endMs);
    const energy = runBill({
      quarters: account.quarters,
      spanMs,
      gapMs: longestGapMs(account.gaps, wallEndMs - spanMs, wallEndMs),
      lists: prices.all,
      peakItW: highest(account.peakItW, own.peakBeforeW),
      samplesSeen: samplesSeen(own.run),
      final,
      runsBeside: [...own.beside],
      excludedDevices: [...own.excludedDevices],
    });
    if (final) this.forget(own.run.id);
    this.options.setEnergy(own.run.id, energy);
  }

  private withhold(own: Active, passedMs: number, final: boolean): void {
    if (final) this.forget(own.run.id);
    const spanMs = Math.max(0, (own.endMs ?? passedMs) - own.startMs);
    const { prices, wallMs, setEnergy } = this.options;
    setEnergy(own.run.id, withheldBill(prices.at(wallMs()), 'simulated-room', spanMs, final));
  }
}

function highest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Training samples a run has processed: whole epochs and the batches of the one under way. One that serves: its predictions. */
export function samplesSeen(run: Run): number {
  if (run.kind === SERVING_KIND) return run.progress.step;
  if (!run.plan || run.plan.stepsPerEpoch <= 0) return 0;
  return Math.round((run.progress.step / run.plan.stepsPerEpoch) * run.plan.trainSamples);
}
