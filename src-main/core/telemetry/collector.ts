import type { DoctorItem } from '@shared/model/doctor';
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
  /** @param signal aborted at the deadline and at close. Missing values are null, never 0. */
  read(signal: AbortSignal): Promise<readonly Reading[]>;
  /** What this source can and cannot read here, with the exact repair. Called at any time, must not block for long. */
  doctor(): Promise<readonly DoctorItem[]>;
  /** The accelerators this source knows of, for the inventory. */
  gpus?(): Promise<Inventory['gpus']>;
  /** Ends what it started (child processes too). Safe twice. */
  close(): Promise<void>;
}

/** Where a collector looks, so that a test can point it at a folder and a stand-in program. */
export interface CollectorEnvironment {
  /** "/sys" and "/proc" on the real machine. */
  readonly sysRoot: string;
  readonly procRoot: string;
  /** Program and leading arguments for nvidia-smi. */
  readonly nvidiaSmi: readonly [string, ...string[]];
  readonly platform: NodeJS.Platform;
}

/** The real machine. */
export function machineEnvironment(): CollectorEnvironment {
  return { sysRoot: '/sys', procRoot: '/proc', nvidiaSmi: ['nvidia-smi'], platform: process.platform };
}
