import { z } from 'zod';
import { Message } from '../text/message';

/** What the self-test of a GPU's meter does one after the other: it leaves the GPU alone, then makes it work. */
const phases = ['idle', 'load'] as const;
export type SelftestPhaseName = (typeof phases)[number];

const nullable = z.number().nullable();

/** One GPU in one phase. Null = the driver does not tell it, or not often enough to say. */
export const SelftestPhase = z.object({
  phase: z.enum(phases),
  /** From the first tick to the last, s: what both energies are of. */
  seconds: z.number(),
  ticks: z.number(),
  /** Power as the meter reads it once a second, integrated as the ledger does, J. */
  integratedJ: nullable,
  /** What the driver's energy counter counted meanwhile, J. */
  counterJ: nullable,
  /** How far the integral lies from the counter, as a share of it. */
  deviation: nullable,
  /** Means over the phase. */
  powerW: nullable,
  loadPercent: nullable,
  /** Times between two changes of the driver's readings at fast polling: their median, ms. */
  powerIntervalMs: nullable,
  counterIntervalMs: nullable,
  /** Between two looks of the fast polling, ms: no interval can be told finer. */
  pollMs: z.number(),
  distinctPowers: z.number(),
  /** What one reading of the meter takes: time, mean ms, and processor time as a share of one logical CPU. */
  readMs: z.number(),
  cpuShare: z.number(),
});
export type SelftestPhase = z.infer<typeof SelftestPhase>;

/** How far the meter of a GPU is to be trusted. */
const verdicts = ['exact', 'close', 'apart', 'counter-still', 'no-counter', 'no-power', 'lost'] as const;
export type SelftestVerdict = (typeof verdicts)[number];

export const SelftestGpu = z.object({
  index: z.number(),
  name: z.string(),
  uuid: z.string().nullable(),
  bus: z.string().nullable(),
  /** What of the load came: it ran, or why it did not; null = none was wanted. */
  load: z.object({ ran: z.boolean(), why: z.string().nullable() }).nullable(),
  phases: z.array(SelftestPhase),
  verdict: z.enum(verdicts),
});
export type SelftestGpu = z.infer<typeof SelftestGpu>;

/** What `selftest gpu` finds: printed, and written as JSON. */
export const SelftestResult = z.object({
  format: z.literal('coldaisle-selftest-gpu-1'),
  atMs: z.number(),
  version: z.string(),
  runtime: z.string(),
  platform: z.string(),
  driver: z.string().nullable(),
  gpus: z.array(SelftestGpu),
});
export type SelftestResult = z.infer<typeof SelftestResult>;

/** Up to this share of the counter the two agree as well as a meter can ask. */
const EXACT = 0.01;
/** NVIDIA names ±5 % for the power reading of its boards: within it, the two say the same. */
const CLOSE = 0.05;
/** A GPU that draws less, W, may have a counter that seems to stand still. */
const DRAWS_W = 1;

export function judge(measured: readonly SelftestPhase[]): SelftestVerdict {
  if (measured.length === 0) return 'lost';
  if (measured.every(({ integratedJ }) => integratedJ === null)) return 'no-power';
  if (measured.every(({ counterJ }) => counterJ === null)) return 'no-counter';
  if (measured.some(({ counterJ, powerW }) => counterJ === 0 && (powerW ?? 0) > DRAWS_W)) return 'counter-still';
  const worst = Math.max(...measured.map(({ deviation }) => Math.abs(deviation ?? 0)));
  return worst <= EXACT ? 'exact' : worst <= CLOSE ? 'close' : 'apart';
}

/** A GPU at which others work is not idle: the figures hold, but not for rest. */
const AT_REST_PERCENT = 5;

/** Whether something else worked on a GPU that was left alone. */
export function wasUsed(measured: readonly SelftestPhase[]): boolean {
  return (measured.find(({ phase }) => phase === 'idle')?.loadPercent ?? 0) > AT_REST_PERCENT;
}

/** Of each of its phases, s. */
export const SELFTEST_SECONDS = { min: 2, max: 3600, usual: 60 } as const;

/** How the self-test of this core stands. */
export const SelftestState = z.object({
  /** Null = none is under way. */
  running: z
    .object({
      /** Null before the GPUs are known. */
      phase: z.enum(phases).nullable(),
      gpus: z.number().int(),
      /** Of all its phases together, 0 to 1, and what is left, ms. */
      share: z.number(),
      remainingMs: z.number(),
    })
    .nullable(),
  /** Of the newest that came to its end, also one of a core before; null = there was none. */
  result: SelftestResult.nullable(),
  /** Why the newest has no result; it stays until the next begins. */
  why: Message.nullable(),
});
export type SelftestState = z.infer<typeof SelftestState>;
