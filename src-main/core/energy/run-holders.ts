import type { Share } from '@shared/energy/booking';
import type { Run } from '@shared/model/run';

/** A run on this machine. */
export interface LiveRun {
  readonly runId: string;
  /** Its first process; undefined = its runtime does not tell it. */
  readonly pid: number | undefined;
  readonly usesGpu: boolean;
}

export function computesOnGpu({ engine }: Pick<Run, 'engine'>): boolean {
  return engine === 'cuda';
}

/** A part of the time between two ticks in which the same runs were there; all of them weigh 1. */
export interface Spell {
  readonly weight: number;
  readonly runs: readonly LiveRun[];
}

interface Known {
  run: LiveRun;
  readonly startMs: number;
  endMs: number | null;
}

/** Which runs were there in the time between two ticks, to the moment: a run begins and ends between them. */
export class RunHolders {
  private readonly known = new Map<string, Known>();
  private lastMs: number | null = null;

  begin(run: LiveRun, passedMs: number): void {
    if (!this.known.has(run.runId)) this.known.set(run.runId, { run, startMs: passedMs, endMs: null });
  }

  end(runId: string, passedMs: number): void {
    const own = this.known.get(runId);
    if (own) own.endMs = Math.min(own.endMs ?? Infinity, passedMs);
  }

  forget(runId: string): void {
    this.known.delete(runId);
  }

  /** @param living the runs that are there now, with what is known of them only while they are */
  since(living: readonly LiveRun[], passedMs: number): readonly Spell[] {
    const fromMs = this.lastMs ?? passedMs;
    this.lastMs = passedMs;
    for (const run of living) {
      const own = this.known.get(run.runId);
      if (own) own.run = run;
    }
    // Of a run that nobody told the beginning of it is only known that it is there.
    const untold = living.filter(({ runId }) => !this.known.has(runId));
    const told = [...this.known.values()];
    const isInside = (ms: number | null): ms is number => ms !== null && ms > fromMs && ms < passedMs;
    const cuts = [...new Set([fromMs, ...told.flatMap(({ startMs, endMs }) => [startMs, endMs]).filter(isInside), passedMs])].sort(
      (a, b) => a - b,
    );
    if (cuts.length < 2) return [{ weight: 1, runs: [...untold, ...told.filter(({ endMs }) => endMs === null).map(({ run }) => run)] }];
    return cuts.slice(1).map((toMs, i) => {
      const beginMs = cuts[i] ?? fromMs;
      const there = told.filter(({ startMs, endMs }) => startMs <= beginMs && (endMs ?? Infinity) >= toMs);
      return { weight: (toMs - beginMs) / (passedMs - fromMs), runs: [...untold, ...there.map(({ run }) => run)] };
    });
  }
}

/** The shares of a place over several parts of a time. */
export function blended(
  parts: readonly { readonly weight: number; readonly of: (place: string) => readonly Share[] }[],
): (place: string) => readonly Share[] {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first.of;
  return (place) => {
    const all = new Map<Share['account'], Share>();
    for (const { weight, of } of parts) {
      for (const { account, share, allocated } of of(place)) {
        const before = all.get(account);
        all.set(account, { account, share: (before?.share ?? 0) + share * weight, allocated: allocated || (before?.allocated ?? false) });
      }
    }
    return [...all.values()];
  };
}
