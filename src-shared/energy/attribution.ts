import type { Share } from './booking';

/** A process on a GPU, as the driver tells it. */
export interface GpuHolder {
  /** null = it is no run's. */
  readonly runId: string | null;
  readonly kind: 'compute' | 'graphics';
  /** Share of the time it kept the GPU busy, %; null = not told. */
  readonly loadPercent: number | null;
}

/** What a run used of a node's processors: the CPU time of all its processes over what the node has, 0–1; null = not told. */
export interface CpuUse {
  readonly runId: string;
  readonly share: number | null;
}

const idle: readonly Share[] = [{ account: 'idle', share: 1, allocated: false }];

/**
 * Who a GPU's energy goes to. Computing processes hold it, also while they wait for it; several share it by the time each keeps
 * it busy. Graphics of the desktop takes only the time it uses. With no process in sight, the runs that reserved it hold it;
 * else what keeps it busy is other work, and the rest is idle.
 * @param loadPercent how busy the GPU is in all; null = not told
 */
export function gpuShares(holders: readonly GpuHolder[], reservedBy: readonly string[], loadPercent: number | null): readonly Share[] {
  // Most GPUs of a hall, at each tick.
  if (holders.length === 0 && reservedBy.length === 0) return unheldShares(loadPercent ?? 0);
  const parts = new Map<Share['account'], number>();
  const add = (runId: string | null, share: number): void => {
    const account: Share['account'] = runId === null ? 'other' : `run:${runId}`;
    parts.set(account, (parts.get(account) ?? 0) + share);
  };
  const compute = holders.filter(({ kind, runId }) => kind === 'compute' || runId !== null);
  const graphics = holders.filter((holder) => !compute.includes(holder));
  const drawn = Math.min(
    1,
    graphics.reduce((sum, { loadPercent: own }) => sum + (own ?? 0) / 100, 0),
  );
  if (compute.length > 0) {
    const busy = compute.reduce((sum, { loadPercent: own }) => sum + (own ?? 0), 0);
    for (const { runId, loadPercent: own } of compute) add(runId, (1 - drawn) * (busy > 0 ? (own ?? 0) / busy : 1 / compute.length));
  } else for (const runId of reservedBy) add(runId, (1 - drawn) / reservedBy.length);
  if (drawn > 0) add(null, drawn);
  if (parts.size === 0) return unheldShares(loadPercent ?? 0);
  return sharesOf(parts);
}

/** Of a GPU that nobody holds: what keeps it busy is other work. */
function unheldShares(loadPercent: number): readonly Share[] {
  const other = Math.min(1, Math.max(0, loadPercent / 100));
  if (other === 0) return idle;
  const allocated = other < 1;
  const shares: Share[] = [{ account: 'other', share: other, allocated }];
  if (allocated) shares.push({ account: 'idle', share: 1 - other, allocated });
  return shares;
}

/**
 * Who the energy of a node's processors, memory and rest goes to: each run by its CPU time, other work by the rest of the time
 * the processors were busy; what nobody used is idle. Runs that do not tell their CPU time share all that is busy.
 * @param busy how busy the processors are, 0–1; null = not told
 */
export function cpuShares(runs: readonly CpuUse[], busy: number | null): readonly Share[] {
  const told = runs.reduce((sum, { share }) => sum + (share ?? 0), 0);
  const silent = runs.filter(({ share }) => share === null).length;
  // CPU time is counted in coarse ticks and of processes found a little later: no more than what was busy is theirs.
  const most = Math.min(1, busy ?? 1);
  const fit = told > most ? most / told : 1;
  const rest = Math.max(0, Math.min(1, busy ?? told) - told * fit);
  const parts = new Map<Share['account'], number>();
  for (const { runId, share } of runs) {
    const own = share === null ? rest / silent : share * fit;
    if (own > 0) parts.set(`run:${runId}`, own);
  }
  if (silent === 0 && rest > 0) parts.set('other', Math.min(1, rest));
  return sharesOf(parts);
}

/** What is left of the whole is idle. What is parted between several is allocated, not metered apart. */
function sharesOf(parts: ReadonlyMap<Share['account'], number>): readonly Share[] {
  let left = 1;
  for (const share of parts.values()) left -= share;
  // Sums of a few doubles are out by less.
  const isWhole = left < 1e-12;
  const allocated = parts.size > 1 || (parts.size === 1 && !isWhole);
  const shares = [...parts].filter(([, share]) => share > 0).map(([account, share]): Share => ({ account, share, allocated }));
  if (shares.length === 0) return idle;
  return isWhole ? shares : [...shares, { account: 'idle', share: left, allocated }];
}
