import type { GpuProcess } from '@shared/model/processes';
import { cString, PROCESS_INFO, PROCESS_SAMPLE, Ret, u32, u64, type NvmlFunction } from './bindings';
import type { NvmlLibrary } from './library';

/** More processes on one GPU than any scheduler puts there. */
const MAX_PROCESSES = 1024;
/** Load samples older than this belong to an earlier answer, µs. */
const WINDOW_US = 10_000_000n;

interface Load {
  readonly sm: number | null;
  readonly memory: number | null;
  readonly encoder: number | null;
  readonly decoder: number | null;
}

/** Reads the processes of one GPU: who holds its memory, and the load of each since last asked. */
export class NvmlProcesses {
  private readonly seenUs = new Map<bigint, bigint>();
  private readonly names = new Map<number, string | null>();

  constructor(
    private readonly library: NvmlLibrary,
    private readonly wallMs: () => number,
  ) {}

  /** @throws NvmlUnavailable, GpuLost */
  read(device: string, handle: bigint): GpuProcess[] {
    const loads = this.loads(handle);
    const found = new Map<number, GpuProcess>();
    for (const [kind, name] of [
      ['graphics', 'nvmlDeviceGetGraphicsRunningProcesses_v3'],
      ['compute', 'nvmlDeviceGetComputeRunningProcesses_v3'],
    ] as const) {
      for (const { pid, memoryB } of this.list(name, handle)) {
        const load = loads.get(pid);
        found.set(pid, {
          device,
          pid,
          name: this.nameOf(pid),
          kind,
          memoryB,
          loadPercent: load?.sm ?? null,
          memoryLoadPercent: load?.memory ?? null,
          encoderPercent: load?.encoder ?? null,
          decoderPercent: load?.decoder ?? null,
        });
      }
    }
    return [...found.values()];
  }

  /** Drops what is remembered of ended processes; their numbers are used again by the system. */
  keepNames(processes: readonly GpuProcess[]): void {
    const alive = new Set(processes.map(({ pid }) => pid));
    for (const pid of this.names.keys()) if (!alive.has(pid)) this.names.delete(pid);
  }

  private list(name: NvmlFunction, handle: bigint): { pid: number; memoryB: number | null }[] {
    const count = Buffer.alloc(4);
    let buffer = Buffer.alloc(64 * PROCESS_INFO.size);
    count.writeUInt32LE(64);
    let code = this.library.call(name, handle, count, buffer);
    if (code === Ret.insufficientSize) {
      // More came than there was room for; some spare for those that start meanwhile.
      const room = Math.min(MAX_PROCESSES, count.readUInt32LE() + 32);
      buffer = Buffer.alloc(room * PROCESS_INFO.size);
      count.writeUInt32LE(room);
      code = this.library.call(name, handle, count, buffer);
    }
    if (code !== Ret.success) return [];
    const entries = Math.min(count.readUInt32LE(), buffer.length / PROCESS_INFO.size);
    return Array.from({ length: entries }, (_, i) => ({
      pid: buffer.readUInt32LE(i * PROCESS_INFO.size + PROCESS_INFO.pid),
      memoryB: u64(buffer, i * PROCESS_INFO.size + PROCESS_INFO.usedMemory),
    })).filter(({ pid }) => pid > 0);
  }

  /** The load the driver last told of each process, each being a mean since it was last asked, %. */
  private loads(handle: bigint): Map<number, Load> {
    const sinceUs = this.seenUs.get(handle) ?? BigInt(Math.round(this.wallMs())) * 1000n - WINDOW_US;
    const count = Buffer.alloc(4);
    const buffer = Buffer.alloc(256 * PROCESS_SAMPLE.size);
    count.writeUInt32LE(256);
    const loads = new Map<number, Load>();
    if (this.library.call('nvmlDeviceGetProcessUtilization', handle, buffer, count, sinceUs) !== Ret.success) return loads;
    let newestUs = sinceUs;
    for (let i = 0; i < Math.min(count.readUInt32LE(), 256); i++) {
      const at = i * PROCESS_SAMPLE.size;
      const pid = buffer.readUInt32LE(at + PROCESS_SAMPLE.pid);
      const stamp = buffer.readBigUInt64LE(at + PROCESS_SAMPLE.timeStamp);
      if (pid === 0 || stamp <= sinceUs) continue;
      if (stamp > newestUs) newestUs = stamp;
      const share = (field: 'smUtil' | 'memUtil' | 'encUtil' | 'decUtil'): number | null =>
        percent(u32(buffer, at + PROCESS_SAMPLE[field]));
      loads.set(pid, { sm: share('smUtil'), memory: share('memUtil'), encoder: share('encUtil'), decoder: share('decUtil') });
    }
    this.seenUs.set(handle, newestUs);
    return loads;
  }

  private nameOf(pid: number): string | null {
    const known = this.names.get(pid);
    if (known !== undefined) return known;
    const buffer = Buffer.alloc(256);
    const name = this.library.call('nvmlSystemGetProcessName', pid, buffer, buffer.length) === Ret.success ? cString(buffer) || null : null;
    this.names.set(pid, name);
    return name;
  }
}

function percent(value: number | null): number | null {
  return value === null || value > 100 ? null : value;
}
