import { describeXid, type DeviceEvent } from '@shared/model/device-event';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import { phrase, type Said } from '@shared/phrases/phrase';
import type { Log } from '../../ingest';
import { cString, EVENT_DATA, EVENT_XID, Ret } from './bindings';
import { NvmlDevice, type Values } from './device';
import { GpuLost, NvmlGone, type NvmlLibrary } from './library';
import { NvmlProcesses } from './processes';
import type { GpuFound, NvmlSlow, NvmlTick } from './protocol';

/** A driver that floods events must not hold up the tick. */
const MAX_EVENTS = 64;

interface Gpu {
  readonly number: number;
  readonly uuid: string;
  readonly name: string;
  /** Null while it is off the bus. */
  device: NvmlDevice | null;
  migs: Map<number, NvmlDevice>;
  powerLimitW: number | null;
}

export interface NvmlSamplerOptions {
  readonly library: NvmlLibrary;
  readonly log: Log;
  readonly platform: NodeJS.Platform;
  /** A GPU that fell off its bus is looked for again this often. */
  readonly lookAgainMs: number;
  readonly monoMs: () => number;
  readonly wallMs: () => number;
  /** Told which GPU the next calls are for; −1 = none. */
  readonly onGpu: (number: number) => void;
}

/**
 * All GPUs of this machine, tick by tick, through one {@link NvmlLibrary}. A GPU that is lost is left out until it is back;
 * a driver that goes away is started anew at a later tick. A GPU keeps its number, by its UUID, as long as this lives.
 */
export class NvmlSampler {
  private readonly gpus = new Map<string, Gpu>();
  private readonly processes: NvmlProcesses;
  private driver: string | null = null;
  private eventSet: bigint | null = null;
  private byHandle = new Map<bigint, Gpu>();
  private events: DeviceEvent[] = [];
  private lookAgainMono = 0;
  private found = false;
  private wentAway = false;

  constructor(private readonly options: NvmlSamplerOptions) {
    this.processes = new NvmlProcesses(options.library, options.wallMs);
  }

  tick(): NvmlTick {
    const started = this.options.library.start();
    if (started.state !== 'running') return { ...started, events: this.takeEvents() };
    try {
      this.discover();
      const readings = this.eachGpu((gpu, device) => [
        ...readingsOf(gpuDevice(gpu), gpu.name, this.noteLimit(gpu, device.readTick())),
        ...[...gpu.migs].flatMap(([index, mig]) => {
          const values: Values = new Map();
          mig.readMemory(values);
          return readingsOf(`${gpuDevice(gpu)}/mig${index}`, `${gpu.name} MIG ${index}`, values);
        }),
      ]);
      this.drainXids();
      return { state: 'works', driver: this.driver, gpus: this.list(), readings, between: [], events: this.takeEvents() };
    } catch (error) {
      if (!(error instanceof NvmlGone)) throw error;
      this.forget(error);
      return { state: 'no-driver', reason: error.said, events: this.takeEvents() };
    }
  }

  /** What is worth asking several times a second of the GPUs that are due; nothing while the driver is away. */
  quick(isDue: (device: string) => boolean): Reading[] {
    if (!this.found) return [];
    try {
      return this.eachGpu((gpu, device) => (isDue(gpuDevice(gpu)) ? readingsOf(gpuDevice(gpu), gpu.name, device.readQuick()) : []));
    } catch (error) {
      if (!(error instanceof NvmlGone)) throw error;
      this.forget(error);
      return [];
    }
  }

  /** What costs long or changes seldom. @param pause awaited between two GPUs, so that a tick need not wait for all of them */
  async slow(pause: () => Promise<void>): Promise<NvmlSlow> {
    const readings: Reading[] = [];
    const processes: GpuProcess[] = [];
    if (!this.found) return { readings, processes };
    try {
      for (const number of [...this.gpus.values()].map((gpu) => gpu.number)) {
        readings.push(
          ...this.eachGpu((gpu, device) => {
            if (gpu.number !== number) return [];
            const values = device.readSlow();
            this.refreshMigs(gpu, device, values.get('gpu.mig.mode') === 1);
            processes.push(...this.processes.read(gpuDevice(gpu), device.handle));
            return readingsOf(gpuDevice(gpu), gpu.name, values);
          }),
        );
        await pause();
      }
    } catch (error) {
      if (!(error instanceof NvmlGone)) throw error;
      this.forget(error);
    }
    this.processes.keepNames(processes);
    return { readings, processes };
  }

  /** Gives the driver back. */
  stop(): void {
    try {
      if (this.eventSet !== null) this.options.library.call('nvmlEventSetFree', this.eventSet);
    } catch (error) {
      this.options.log('info', `NVML: ${String(error)}`);
    }
    this.eventSet = null;
    this.options.library.stop();
  }

  /** Runs for every GPU on its bus; one that is lost meanwhile gives nothing, and no other suffers. */
  private eachGpu(read: (gpu: Gpu, device: NvmlDevice) => Reading[]): Reading[] {
    const readings: Reading[] = [];
    try {
      for (const gpu of this.gpus.values()) {
        if (gpu.device === null) continue;
        this.options.onGpu(gpu.number);
        try {
          readings.push(...read(gpu, gpu.device));
        } catch (error) {
          if (!(error instanceof GpuLost)) throw error;
          this.lose(gpu, error);
        }
      }
    } finally {
      this.options.onGpu(-1);
    }
    return readings;
  }

  private list(): GpuFound[] {
    return [...this.gpus.values()].map(({ number, uuid, name, device, migs, powerLimitW }) => ({ device: `gpu${number}`, uuid, name, powerLimitW, lost: device === null, migs: migs.size }));
  }

  private noteLimit(gpu: Gpu, values: Values): Values {
    gpu.powerLimitW = values.get('gpu.power.limit') ?? gpu.powerLimitW;
    return values;
  }

  /** At the start, after the driver came back, and now and then while a GPU is missing. */
  private discover(): void {
    const { library, monoMs, lookAgainMs } = this.options;
    const missing = [...this.gpus.values()].some(({ device }) => device === null);
    if (this.found && (!missing || monoMs() < this.lookAgainMono)) return;
    this.lookAgainMono = monoMs() + lookAgainMs;
    const buffer = Buffer.alloc(96);
    if (!this.found) this.driver = library.call('nvmlSystemGetDriverVersion', buffer, 96) === Ret.success ? cString(buffer) : null;
    const count = library.call('nvmlDeviceGetCount_v2', buffer) === Ret.success ? buffer.readUInt32LE(0) : 0;
    for (let index = 0; index < count; index++) this.discoverOne(index);
    if (this.eventSet === null) this.openEvents();
    this.found = true;
    if (this.wentAway) this.event('host', 'driver-back', null, this.driver === null ? phrase('said.event.driverBack') : phrase('said.event.driverBackVersion', { version: this.driver }), 'info');
    this.wentAway = false;
  }

  private discoverOne(index: number): void {
    const { library, monoMs, platform, log } = this.options;
    const buffer = Buffer.alloc(8);
    try {
      if (library.call('nvmlDeviceGetHandleByIndex_v2', index, buffer) !== Ret.success) return;
      const handle = buffer.readBigUInt64LE(0);
      const device = new NvmlDevice(library, handle, monoMs, platform);
      const uuid = device.text('nvmlDeviceGetUUID') ?? `#${index}`;
      const known = this.gpus.get(uuid);
      if (known?.device) return;
      const gpu: Gpu = known ?? { number: this.gpus.size, uuid, name: device.text('nvmlDeviceGetName') ?? 'NVIDIA GPU', device, migs: new Map(), powerLimitW: null };
      gpu.device = device;
      this.gpus.set(uuid, gpu);
      this.byHandle.set(handle, gpu);
      this.refreshMigs(gpu, device, device.migMode() === 1);
      if (this.eventSet !== null) this.register(device);
      // After the driver came back all GPUs are new to it: that is one event, not one for each.
      if (known && !this.wentAway) this.event(gpuDevice(gpu), 'gpu-back', null, phrase('said.event.backOf', { device: gpu.name }), 'info');
    } catch (error) {
      if (!(error instanceof GpuLost)) throw error;
      log('info', `NVML: GPU at index ${index} is not on its bus: ${error.message}`);
    }
  }

  private refreshMigs(gpu: Gpu, device: NvmlDevice, partitioned: boolean): void {
    const { library, monoMs, platform } = this.options;
    const handles = partitioned ? device.migHandles() : new Map<number, bigint>();
    const before = gpu.migs;
    gpu.migs = new Map();
    for (const [index, handle] of handles) {
      const known = before.get(index);
      gpu.migs.set(index, known?.handle === handle ? known : new NvmlDevice(library, handle, monoMs, platform));
    }
  }

  private lose(gpu: Gpu, error: GpuLost): void {
    if (gpu.device !== null) this.byHandle.delete(gpu.device.handle);
    gpu.device = null;
    gpu.migs = new Map();
    this.lookAgainMono = this.options.monoMs() + this.options.lookAgainMs;
    this.event(gpuDevice(gpu), 'gpu-lost', null, phrase('said.event.of', { device: gpu.name, what: error.said }), 'critical');
  }

  /** Every handle is void; the numbers stay. */
  private forget(error: NvmlGone): void {
    for (const gpu of this.gpus.values()) {
      gpu.device = null;
      gpu.migs = new Map();
    }
    this.byHandle = new Map();
    this.eventSet = null;
    this.found = false;
    if (!this.wentAway) this.event('host', 'driver-lost', null, error.said, 'critical');
    this.wentAway = true;
  }

  private openEvents(): void {
    const buffer = Buffer.alloc(8);
    if (this.options.library.call('nvmlEventSetCreate', buffer) !== Ret.success) return;
    this.eventSet = buffer.readBigUInt64LE(0);
    for (const { device } of this.gpus.values()) if (device !== null) this.register(device);
  }

  private register(device: NvmlDevice): void {
    const { library } = this.options;
    const types = Buffer.alloc(8);
    if (this.eventSet === null || library.call('nvmlDeviceGetSupportedEventTypes', device.handle, types) !== Ret.success) return;
    if ((types.readBigUInt64LE(0) & EVENT_XID) === 0n) return;
    library.call('nvmlDeviceRegisterEvents', device.handle, EVENT_XID, this.eventSet);
  }

  /** Takes the XIDs that came since the last tick; with a limit of 0 ms the call never waits. */
  private drainXids(): void {
    if (this.eventSet === null) return;
    const data = Buffer.alloc(EVENT_DATA.size);
    try {
      for (let taken = 0; taken < MAX_EVENTS; taken++) {
        if (this.options.library.call('nvmlEventSetWait_v2', this.eventSet, data, 0) !== Ret.success) return;
        if ((data.readBigUInt64LE(EVENT_DATA.type) & EVENT_XID) === 0n) continue;
        const gpu = this.byHandle.get(data.readBigUInt64LE(EVENT_DATA.device));
        const code = Number(data.readBigUInt64LE(EVENT_DATA.data));
        const { text, severity } = describeXid(code);
        this.event(gpu ? gpuDevice(gpu) : 'host', 'xid', code, gpu ? phrase('said.event.of', { device: gpu.name, what: text }) : text, severity);
      }
    } catch (error) {
      // Some driver answers for the whole set when one of its GPUs is gone; each GPU's own calls tell which.
      if (!(error instanceof GpuLost)) throw error;
    }
  }

  private event(device: string, kind: DeviceEvent['kind'], code: number | null, text: Said, severity: DeviceEvent['severity']): void {
    this.events.push({ atMs: Math.round(this.options.wallMs()), device, kind, code, text, severity });
  }

  private takeEvents(): DeviceEvent[] {
    return this.events.splice(0);
  }
}

function gpuDevice(gpu: Gpu): string {
  return `gpu${gpu.number}`;
}

function readingsOf(device: string, label: string, values: Values): Reading[] {
  return [...values].map(([metric, value]) => ({ device, label, metric, provenance: 'measured', value }));
}
