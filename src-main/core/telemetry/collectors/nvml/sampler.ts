import { describeXid } from '@shared/model/device-event';
import type { EventInput } from '@shared/model/event';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import { message, type Message } from '@shared/text/message';
import type { Log } from '@shared/base/log';
import type { Identity } from '../../../devices/identity';
import { cString, EVENT_DATA, EVENT_XID, Ret } from './bindings';
import { NvmlDevice, type Values } from './device';
import { GpuLost, NvmlUnavailable, type NvmlLibrary } from './library';
import { NvmlProcesses } from './processes';
import type { GpuFound, NvmlSlow, NvmlTick } from './protocol';

/** A driver that floods events must not hold up the tick. */
const MAX_EVENTS = 64;

interface Mig {
  readonly device: NvmlDevice;
  readonly uuid: string | null;
}

interface Gpu extends Identity {
  readonly slot: number;
  index: number;
  readonly name: string;
  /** Null while it is off the bus. */
  device: NvmlDevice | null;
  lost: Message | null;
  migs: Map<number, Mig>;
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
  /** Told which GPU (its slot) the next calls are for; −1 = none. */
  readonly onGpu: (slot: number) => void;
}

/**
 * All GPUs of this machine, tick by tick, through one {@link NvmlLibrary}. A GPU that is lost is left out until it is back;
 * a driver that goes away is started anew at a later tick. A GPU keeps its slot, by its UUID or address, as long as this lives.
 */
export class NvmlSampler {
  private readonly gpus = new Map<string, Gpu>();
  private readonly processes: NvmlProcesses;
  private driver: string | null = null;
  private eventSet: bigint | null = null;
  private byHandle = new Map<bigint, Gpu>();
  private events: EventInput[] = [];
  private lookAgainMono = 0;
  private found = false;
  private listed = false;
  private unreachable: number[] = [];
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
        ...[...gpu.migs].flatMap(([index, { device: mig }]) => {
          const values: Values = new Map();
          mig.readMemory(values);
          return readingsOf(`${gpuDevice(gpu)}/mig${index}`, `${gpu.name} MIG ${index}`, values);
        }),
      ]);
      this.drainXids();
      return {
        state: 'works',
        driver: this.driver,
        gpus: this.list(),
        unreachable: this.unreachable,
        listed: this.listed,
        readings,
        between: [],
        events: this.takeEvents(),
      };
    } catch (error) {
      if (!(error instanceof NvmlUnavailable)) throw error;
      this.forget(error);
      return { state: 'no-driver', reason: error.localized, events: this.takeEvents() };
    }
  }

  /** What is worth asking several times a second of the GPUs that are due; nothing while the driver is away. */
  quick(isDue: (device: string) => boolean): Reading[] {
    if (!this.found) return [];
    try {
      return this.eachGpu((gpu, device) => (isDue(gpuDevice(gpu)) ? readingsOf(gpuDevice(gpu), gpu.name, device.readQuick()) : []));
    } catch (error) {
      if (!(error instanceof NvmlUnavailable)) throw error;
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
      for (const slot of [...this.gpus.values()].map((gpu) => gpu.slot)) {
        readings.push(
          ...this.eachGpu((gpu, device) => {
            if (gpu.slot !== slot) return [];
            const values = device.readSlow();
            this.refreshMigs(gpu, device, values.get('gpu.mig.mode') === 1);
            processes.push(...this.processes.read(gpuDevice(gpu), device.handle));
            return readingsOf(gpuDevice(gpu), gpu.name, values);
          }),
        );
        await pause();
      }
    } catch (error) {
      if (!(error instanceof NvmlUnavailable)) throw error;
      this.forget(error);
    }
    this.processes.keepNames(processes);
    return { readings, processes };
  }

  /** Starts the library anew at the next tick, so that it lists the GPUs there are then. */
  relist(): void {
    if (!this.found) return;
    this.forgetHandles();
    this.stop();
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
        this.options.onGpu(gpu.slot);
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
    return [...this.gpus.values()].map(({ device, migs, lost, ...gpu }) => ({
      ...gpu,
      sharesMachineMemory: device?.sharesMachineMemory ?? false,
      lost: device === null ? (lost ?? message('message.event.notListed')) : null,
      migs: [...migs].map(([index, { uuid }]) => ({ index, uuid })),
    }));
  }

  private noteLimit(gpu: Gpu, values: Values): Values {
    gpu.powerLimitW = values.get('gpu.power.limit') ?? gpu.powerLimitW;
    return values;
  }

  /** At the start, after the driver came back, and now and then while a GPU is missing. */
  private discover(): void {
    const { library, monoMs, lookAgainMs } = this.options;
    const missing = this.unreachable.length > 0 || [...this.gpus.values()].some(({ device }) => device === null);
    if (this.found && (!missing || monoMs() < this.lookAgainMono)) return;
    this.lookAgainMono = monoMs() + lookAgainMs;
    const buffer = Buffer.alloc(96);
    if (!this.found) this.driver = library.call('nvmlSystemGetDriverVersion', buffer, 96) === Ret.success ? cString(buffer) : null;
    this.listed = library.call('nvmlDeviceGetCount_v2', buffer) === Ret.success;
    const count = this.listed ? buffer.readUInt32LE(0) : 0;
    this.unreachable = Array.from({ length: count }, (_, index) => index).filter((index) => !this.discoverOne(index));
    if (this.eventSet === null) this.openEvents();
    this.found = true;
    const back =
      this.driver === null ? message('message.event.driverBack') : message('message.event.driverBackVersion', { version: this.driver });
    if (this.wentAway) this.event('host', 'driver.back', null, back, 'info');
    this.wentAway = false;
  }

  /** @returns false when a GPU has this place in the driver's list and cannot be asked what it is */
  private discoverOne(index: number): boolean {
    const { library, monoMs, platform, log } = this.options;
    const buffer = Buffer.alloc(8);
    try {
      const code = library.call('nvmlDeviceGetHandleByIndex_v2', index, buffer);
      // One that this user may not use is none of this machine's to him.
      if (code !== Ret.success) return code === Ret.noPermission || code === Ret.invalidArgument;
      const handle = buffer.readBigUInt64LE(0);
      const device = new NvmlDevice(library, handle, monoMs, platform);
      const identity = device.identity();
      const key = identity.uuid ?? identity.bus ?? `#${index}`;
      const known = this.gpus.get(key);
      if (known?.device) return true;
      const name = known?.name ?? device.text('nvmlDeviceGetName') ?? 'NVIDIA GPU';
      const gpu: Gpu = {
        ...identity,
        slot: known?.slot ?? this.gpus.size,
        index,
        name,
        device,
        lost: null,
        migs: new Map(),
        powerLimitW: known?.powerLimitW ?? null,
      };
      this.gpus.set(key, gpu);
      this.byHandle.set(handle, gpu);
      this.refreshMigs(gpu, device, device.migMode() === 1);
      if (this.eventSet !== null) this.register(device);
      return true;
    } catch (error) {
      if (!(error instanceof GpuLost)) throw error;
      log('info', `NVML: GPU at index ${index} is not on its bus: ${error.message}`);
      return false;
    }
  }

  private refreshMigs(gpu: Gpu, device: NvmlDevice, partitioned: boolean): void {
    const { library, monoMs, platform } = this.options;
    const handles = partitioned ? device.migHandles() : new Map<number, bigint>();
    const before = gpu.migs;
    gpu.migs = new Map();
    for (const [index, handle] of handles) {
      const known = before.get(index)?.device;
      const mig = known?.handle === handle ? known : new NvmlDevice(library, handle, monoMs, platform);
      gpu.migs.set(index, { device: mig, uuid: mig.text('nvmlDeviceGetUUID') });
    }
  }

  private lose(gpu: Gpu, error: GpuLost): void {
    if (gpu.device !== null) this.byHandle.delete(gpu.device.handle);
    gpu.device = null;
    gpu.lost = error.localized;
    gpu.migs = new Map();
    this.lookAgainMono = this.options.monoMs() + this.options.lookAgainMs;
  }

  /** Every handle is void; the slots stay. */
  private forgetHandles(): void {
    for (const gpu of this.gpus.values()) {
      gpu.device = null;
      gpu.migs = new Map();
    }
    this.byHandle = new Map();
    this.found = false;
    this.unreachable = [];
  }

  private forget(error: NvmlUnavailable): void {
    this.forgetHandles();
    this.eventSet = null;
    if (!this.wentAway) this.event('host', 'driver.lost', null, error.localized, 'critical');
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
        this.event(
          gpu ? gpuDevice(gpu) : 'host',
          'gpu.xid',
          code,
          gpu ? message('message.event.of', { device: gpu.name, what: text }) : text,
          severity,
        );
      }
    } catch (error) {
      // Some driver answers for the whole set when one of its GPUs is gone; each GPU's own calls tell which.
      if (!(error instanceof GpuLost)) throw error;
    }
  }

  private event(device: string, kind: EventInput['kind'], code: number | null, text: Message, severity: EventInput['severity']): void {
    this.events.push({
      atMs: Math.round(this.options.wallMs()),
      device,
      kind,
      ...(code === null ? {} : { code: String(code) }),
      text,
      severity,
    });
  }

  private takeEvents(): EventInput[] {
    return this.events.splice(0);
  }
}

function gpuDevice(gpu: Gpu): string {
  return `gpu${gpu.slot}`;
}

function readingsOf(device: string, label: string, values: Values): Reading[] {
  return [...values].map(([metric, value]) => ({ device, label, metric, provenance: 'measured', value }));
}
