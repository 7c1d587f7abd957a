import type { DoctorItem } from '@shared/model/doctor';
import type { GpuProcess, MachineProcess } from '@shared/model/processes';
import type { Inventory } from '@shared/model/room';
import type { Reading } from '@shared/model/series';

/**
 * One source of readings: one file in collectors/ and one line in its index.
 * `read` may reject or hang: the scheduler gives it a deadline, never calls it again before it settled,
 * and shows its state in the doctor; no other collector is touched.
 */
export interface Collector {
  /** e.g. "cpu", "rapl", "nvidia-smi". */
  readonly id: string;
  /** How often it is asked, ms; a multiple of 1000. */
  readonly periodMs: number;
  /** How long a read of it may take, ms; left out = as the scheduler gives everyone. A management controller needs many seconds. */
  readonly deadlineMs?: number;
  /** @param signal aborted at the deadline and at close. Missing values are null, never 0. */
  read(signal: AbortSignal): Promise<readonly Reading[]>;
  /** What this source can and cannot read here, with the exact repair. Called at any time, must not block for long. */
  doctor(): Promise<readonly DoctorItem[]>;
  /** The accelerators this source knows of, for the inventory. */
  gpus?(): Promise<Inventory['gpus']>;
  /** Samples it took between the last tick and this one, by their own times, oldest first; taken once. */
  between?(): readonly TimedReadings[];
  /** The processes on its GPUs, when last asked. */
  gpuProcesses?(): readonly GpuProcess[];
  /** The host's busiest processes, when last asked. */
  processes?(): readonly MachineProcess[];
  /** Ends what it started (child processes too). Safe twice. */
  close(): Promise<void>;
}

/** Readings of one time that is no tick's. */
export interface TimedReadings {
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly readings: readonly Reading[];
}

export interface NvmlAccess {
  /** Bundled program of the thread. */
  readonly workerPath: string;
  readonly libraries: readonly string[];
  /** How often a GPU that fell off its bus is looked for; default 30,000 ms. */
  readonly lookAgainMs?: number;
}

/** Where a collector looks, so that a test can point it at a folder and a stand-in program. */
export interface CollectorEnvironment {
  /** "/sys" and "/proc" on the real machine. */
  readonly sysRoot: string;
  readonly procRoot: string;
  /** Program and leading arguments for nvidia-smi. */
  readonly nvidiaSmi: readonly [string, ...string[]];
  /** How NVML is reached; null or left out = not at all. */
  readonly nvml?: NvmlAccess | null;
  readonly platform: NodeJS.Platform;
}

/** The real machine. */
export function machineEnvironment(): CollectorEnvironment {
  return { sysRoot: '/sys', procRoot: '/proc', nvidiaSmi: ['nvidia-smi'], platform: process.platform };
}
