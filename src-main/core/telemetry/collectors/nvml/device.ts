import type { MetricId } from '@shared/model/metrics';
import { nvidiaPciId, pciAddress, realSerial, type Identity } from '../../../devices/identity';
import * as abi from './bindings';
import { Ret, type NvmlFunction } from './bindings';
import type { NvmlLibrary } from './library';

/** What a GPU says it cannot tell is not asked again for this many ticks (a GPU may learn it: MIG switched off, a reset). */
const ASK_AGAIN_TICKS = 120;

interface FieldAsked {
  readonly id: number;
  readonly scope: number;
  /** mW, KiB…: times this is the catalogue's unit. */
  readonly scale: number;
  readonly metric: MetricId;
  /** A counter in the driver, a rate in the catalogue. */
  readonly rate: boolean;
}

const fields: readonly FieldAsked[] = [
  { id: abi.Field.powerAverage, scope: 0, scale: 1e-3, metric: 'gpu.power', rate: false },
  { id: abi.Field.powerInstant, scope: 0, scale: 1e-3, metric: 'gpu.power.instant', rate: false },
  { id: abi.Field.memoryTemperature, scope: 0, scale: 1, metric: 'gpu.temperature.memory', rate: false },
  { id: abi.Field.pcieTxBytes, scope: 0, scale: 1, metric: 'gpu.pcie.transmit', rate: true },
  { id: abi.Field.pcieRxBytes, scope: 0, scale: 1, metric: 'gpu.pcie.receive', rate: true },
  { id: abi.Field.nvlinkDataTx, scope: abi.ALL_LINKS, scale: 1024, metric: 'gpu.nvlink.transmit', rate: true },
  { id: abi.Field.nvlinkDataRx, scope: abi.ALL_LINKS, scale: 1024, metric: 'gpu.nvlink.receive', rate: true },
];
/** What is asked between two ticks when more than one sample a second is wanted. */
const quickFields = fields.filter(({ metric }) => metric.startsWith('gpu.power'));

/** Power of this moment, not the mean of a second. */
const instantPower = fields.filter(({ metric }) => metric === 'gpu.power.instant');

export type Values = Map<MetricId, number | null>;

/**
 * One NVML device, GPU or MIG device. Each method gives what the driver tells now; a metric that the device does not
 * support is left out, one that it supports but did not tell now is null. All of them may throw NvmlUnavailable and GpuLost.
 */
export class NvmlDevice {
  /** Tick from which an unsupported function or field may be asked again. */
  private readonly unsupported = new Map<string, number>();
  private readonly counters = new Map<MetricId, { readonly count: number; readonly mono: number }>();
  private readonly out = Buffer.alloc(64);
  private tickNumber = 0;
  private noMemory = false;

  constructor(
    private readonly library: NvmlLibrary,
    readonly handle: bigint,
    private readonly monoMs: () => number,
    private readonly platform: NodeJS.Platform,
  ) {}

  /** Everything that is cheap: once a tick. */
  readTick(): Values {
    this.tickNumber++;
    const values = this.readQuick(fields);
    this.readMemory(values);
    this.put(values, 'gpu.energy', this.u64('nvmlDeviceGetTotalEnergyConsumption'), 1e-3);
    this.put(values, 'gpu.power.limit', this.u32('nvmlDeviceGetEnforcedPowerLimit'), 1e-3);
    this.put(values, 'gpu.fan', this.u32('nvmlDeviceGetFanSpeed'));
    this.put(values, 'gpu.clock.memory', this.u32('nvmlDeviceGetClockInfo', abi.CLOCK_MEMORY));
    return values;
  }

  /** Load, power, temperature, SM clock and what holds it down. */
  readQuick(asked: readonly FieldAsked[] = quickFields): Values {
    const values: Values = new Map();
    const load = this.ask('nvmlDeviceGetUtilizationRates', [this.out], (out) => [
      abi.u32(out, abi.UTILIZATION.gpu),
      abi.u32(out, abi.UTILIZATION.memory),
    ]);
    if (load !== undefined) values.set('gpu.load', load?.[0] ?? null).set('gpu.memory.load', load?.[1] ?? null);
    this.readFields(values, asked);
    // Drivers and GPUs without the averaged field tell their power by the older call. A GPU that tells it by neither still
    // draws some: missing, not unsupported, so that no sum goes without it unnoticed.
    if ((values.get('gpu.power') ?? null) === null) this.put(values, 'gpu.power', this.u32('nvmlDeviceGetPowerUsage') ?? null, 1e-3);
    this.put(values, 'gpu.temperature', this.u32('nvmlDeviceGetTemperature', abi.SENSOR_GPU));
    this.put(values, 'gpu.clock.sm', this.u32('nvmlDeviceGetClockInfo', abi.CLOCK_SM));
    this.put(
      values,
      'gpu.clock.events',
      this.u64('nvmlDeviceGetCurrentClocksEventReasons') ?? this.u64('nvmlDeviceGetCurrentClocksThrottleReasons'),
    );
    return values;
  }

  /** Power of this moment and the energy counter, and nothing else: cheap enough to be asked a hundred times a second. */
  readPower(): { readonly powerW: number | null; readonly energyJ: number | null } {
    const values: Values = new Map();
    this.readFields(values, instantPower);
    const powerW = values.get('gpu.power.instant') ?? null;
    const usageMw = powerW === null ? (this.u32('nvmlDeviceGetPowerUsage') ?? null) : null;
    const energyMj = this.u64('nvmlDeviceGetTotalEnergyConsumption') ?? null;
    return { powerW: usageMw === null ? powerW : usageMw * 1e-3, energyJ: energyMj === null ? null : energyMj * 1e-3 };
  }

  /** Whether it has no memory of its own to tell of: on one that shares the machine's (GB10, the Jetsons) the driver knows none. */
  get sharesMachineMemory(): boolean {
    return this.noMemory;
  }

  readMemory(values: Values): void {
    const memory =
      this.ask(
        'nvmlDeviceGetMemoryInfo_v2',
        [this.out],
        (out) => [abi.u64(out, abi.MEMORY_V2.total), abi.u64(out, abi.MEMORY_V2.used)],
        (out) => void out.writeUInt32LE(abi.MEMORY_V2.versionWord, abi.MEMORY_V2.version),
      ) ?? this.ask('nvmlDeviceGetMemoryInfo', [this.out], (out) => [abi.u64(out, abi.MEMORY_V1.total), abi.u64(out, abi.MEMORY_V1.used)]);
    this.noMemory = memory === undefined;
    if (memory !== undefined) values.set('gpu.memory.total', memory?.[0] ?? null).set('gpu.memory.used', memory?.[1] ?? null);
  }

  /** What changes seldom or costs long: once in ten ticks. One PCIe throughput call takes the driver 20 ms. */
  readSlow(): Values {
    const values: Values = new Map();
    this.put(values, 'gpu.pcie.generation', this.u32('nvmlDeviceGetCurrPcieLinkGeneration'));
    this.put(values, 'gpu.pcie.width', this.u32('nvmlDeviceGetCurrPcieLinkWidth'));
    this.put(values, 'gpu.ecc.corrected', this.u64('nvmlDeviceGetTotalEccErrors', abi.ECC_CORRECTED, abi.ECC_AGGREGATE));
    this.put(values, 'gpu.ecc.uncorrected', this.u64('nvmlDeviceGetTotalEccErrors', abi.ECC_UNCORRECTED, abi.ECC_AGGREGATE));
    if (this.isUnsupported(`field ${abi.Field.pcieTxBytes}`)) {
      this.put(values, 'gpu.pcie.transmit', this.u32('nvmlDeviceGetPcieThroughput', abi.PCIE_TX), 1000);
      this.put(values, 'gpu.pcie.receive', this.u32('nvmlDeviceGetPcieThroughput', abi.PCIE_RX), 1000);
    }
    const mode = this.migMode();
    if (mode !== undefined) values.set('gpu.mig.mode', mode);
    return values;
  }

  /** 1 = partitioned; undefined when the GPU knows no MIG. */
  migMode(): number | null | undefined {
    return this.ask('nvmlDeviceGetMigMode', [this.out, this.out.subarray(8)], (out) => abi.u32(out, 0));
  }

  /** Handles of the MIG devices of this GPU, by their index. */
  migHandles(): Map<number, bigint> {
    const found = new Map<number, bigint>();
    const most = this.u32('nvmlDeviceGetMaxMigDeviceCount') ?? 0;
    for (let index = 0; index < most; index++) {
      if (this.library.call('nvmlDeviceGetMigDeviceHandleByIndex', this.handle, index, this.out) === Ret.success)
        found.set(index, this.out.readBigUInt64LE(0));
    }
    return found;
  }

  /** A text the device has for good, e.g. its UUID; null when it has none. */
  text(name: 'nvmlDeviceGetUUID' | 'nvmlDeviceGetName' | 'nvmlDeviceGetSerial'): string | null {
    const buffer = Buffer.alloc(96);
    if (this.library.call(name, this.handle, buffer, buffer.length) !== Ret.success) return null;
    return abi.cString(buffer) || null;
  }

  /** What tells this GPU from all others. */
  identity(): Identity {
    const pci = Buffer.alloc(abi.PCI_INFO.size);
    const told = this.library.call('nvmlDeviceGetPciInfo_v3', this.handle, pci) === Ret.success;
    return {
      uuid: this.text('nvmlDeviceGetUUID'),
      serial: realSerial(this.text('nvmlDeviceGetSerial')),
      bus: told ? pciAddress(abi.cString(pci.subarray(abi.PCI_INFO.busId))) : null,
      pciId: told ? nvidiaPciId(pci.readUInt32LE(abi.PCI_INFO.pciDeviceId).toString(16).padStart(8, '0')) : null,
    };
  }

  private readFields(values: Values, wanted: readonly FieldAsked[]): void {
    const asked = wanted.filter(({ id }) => !this.isUnsupported(`field ${id}`));
    if (asked.length === 0) return;
    const { size } = abi.FIELD_VALUE;
    const buffer = Buffer.alloc(asked.length * size);
    asked.forEach(({ id, scope }, i) => {
      buffer.writeUInt32LE(id, i * size + abi.FIELD_VALUE.fieldId);
      buffer.writeUInt32LE(scope, i * size + abi.FIELD_VALUE.scopeId);
    });
    if (this.library.call('nvmlDeviceGetFieldValues', this.handle, asked.length, buffer) !== Ret.success) return;
    asked.forEach(({ id, scale, metric, rate }, i) => {
      const result = buffer.readUInt32LE(i * size + abi.FIELD_VALUE.result);
      if (result !== Ret.success) {
        // A driver that does not know the field at all calls it an invalid argument.
        if (result === Ret.notSupported || result === Ret.invalidArgument || result === Ret.notFound) this.setUnsupported(`field ${id}`);
        else values.set(metric, null);
        return;
      }
      const raw = abi.fieldNumber(buffer, i * size, this.platform);
      if (rate) values.set(metric, this.rateOf(metric, raw === null ? null : raw * scale));
      else this.put(values, metric, raw, scale);
    });
  }

  private rateOf(metric: MetricId, count: number | null): number | null {
    const mono = this.monoMs();
    const before = this.counters.get(metric);
    if (count === null) {
      this.counters.delete(metric);
      return null;
    }
    this.counters.set(metric, { count, mono });
    if (before === undefined || count < before.count || mono <= before.mono) return null;
    return ((count - before.count) * 1000) / (mono - before.mono);
  }

  private put(values: Values, metric: MetricId, value: number | null | undefined, scale = 1): void {
    if (value === undefined) return;
    values.set(metric, value === null ? null : value * scale);
  }

  private u32(name: NvmlFunction, ...args: number[]): number | null | undefined {
    return this.ask(name, [...args, this.out], (out) => abi.u32(out, 0));
  }

  private u64(name: NvmlFunction, ...args: number[]): number | null | undefined {
    return this.ask(name, [...args, this.out], (out) => abi.u64(out, 0));
  }

  /** Undefined when the device or the library does not support it; null when it did not tell it this time. */
  private ask<T>(
    name: NvmlFunction,
    args: readonly (number | Buffer)[],
    read: (out: Buffer) => T | null,
    prepare?: (out: Buffer) => void,
  ): T | null | undefined {
    const key = `${name} ${args.filter((arg) => typeof arg === 'number').join()}`;
    if (this.isUnsupported(key)) return undefined;
    // Nothing of an earlier answer may be taken for this one's.
    this.out.fill(0xff);
    prepare?.(this.out);
    const code = this.library.call(name, this.handle, ...args);
    if (code === Ret.success) return read(this.out);
    if (code === Ret.notSupported || code === Ret.functionNotFound || code === Ret.deprecated || code === Ret.argumentVersionMismatch) {
      this.setUnsupported(key);
      return undefined;
    }
    return null;
  }

  private isUnsupported(key: string): boolean {
    return (this.unsupported.get(key) ?? 0) > this.tickNumber;
  }

  private setUnsupported(key: string): void {
    this.unsupported.set(key, this.tickNumber + ASK_AGAIN_TICKS);
  }
}
