import { z } from 'zod';
import { DeviceId } from './series';

/** One process that holds memory of, or computes on, one GPU, when last asked (about every ten seconds). */
export const GpuProcess = z.object({
  device: DeviceId,
  pid: z.number().int().positive(),
  /** Program as the driver names it; null when it does not. */
  name: z.string().nullable(),
  kind: z.enum(['compute', 'graphics']),
  memoryB: z.number().nonnegative().nullable(),
  /** Share of the time since last asked in which it ran kernels, or moved GPU memory, %. */
  loadPercent: z.number().min(0).max(100).nullable(),
  memoryLoadPercent: z.number().min(0).max(100).nullable(),
});
export type GpuProcess = z.infer<typeof GpuProcess>;

/** One process of the host, when last asked (about every ten seconds). */
export const HostProcess = z.object({
  pid: z.number().int().positive(),
  name: z.string(),
  /** Of one logical CPU: two busy threads are 200 %. Null the first time it is seen. */
  cpuPercent: z.number().nonnegative().nullable(),
  /** Resident, B. */
  memoryB: z.number().nonnegative().nullable(),
  /** From and to storage, B/s; null where this user may not see it. */
  readBps: z.number().nonnegative().nullable(),
  writeBps: z.number().nonnegative().nullable(),
});
export type HostProcess = z.infer<typeof HostProcess>;
