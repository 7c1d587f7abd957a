import { z } from 'zod';
import { RunId } from './run-id';
import { DeviceId } from './series';

const percent = z.number().min(0).max(100).nullable();

/** One process that holds memory of, or computes on, one GPU, when last asked (about every ten seconds). */
export const GpuProcess = z.object({
  device: DeviceId,
  pid: z.number().int().positive(),
  /** Program as the driver names it; null when it does not. */
  name: z.string().nullable(),
  kind: z.enum(['compute', 'graphics']),
  memoryB: z.number().nonnegative().nullable(),
  /** Share of the time since last asked in which it ran kernels, or moved GPU memory, %. */
  loadPercent: percent,
  memoryLoadPercent: percent,
  /** Of the units that encode and decode video; null where the driver does not tell. */
  encoderPercent: percent,
  decoderPercent: percent,
});
export type GpuProcess = z.infer<typeof GpuProcess>;

/** One process of the machine, when last asked. */
export const MachineProcess = z.object({
  pid: z.number().int().positive(),
  name: z.string(),
  /** As it was started, secrets left out; null where this user may not see it. */
  command: z.string().nullable(),
  /** Whose it is. */
  user: z.string().nullable(),
  /** The run of which it is a part. */
  runId: RunId.nullable(),
  /** Of one logical CPU: two busy threads are 200 %. Null the first time it is seen. */
  cpuPercent: z.number().nonnegative().nullable(),
  /** Resident, B. */
  memoryB: z.number().nonnegative().nullable(),
  /** From and to storage, B/s; null where this user may not see it. */
  readBps: z.number().nonnegative().nullable(),
  writeBps: z.number().nonnegative().nullable(),
  startedAtMs: z.number().nullable(),
});
export type MachineProcess = z.infer<typeof MachineProcess>;

/** What a process does on one GPU. */
export const GpuShare = GpuProcess.omit({ pid: true, name: true });
export type GpuShare = z.infer<typeof GpuShare>;

/** One process with all that is known of it. One that only a driver tells of has no more than its GPUs. */
export const ProcessRow = MachineProcess.extend({ name: z.string().nullable(), gpus: z.array(GpuShare) });
export type ProcessRow = z.infer<typeof ProcessRow>;
