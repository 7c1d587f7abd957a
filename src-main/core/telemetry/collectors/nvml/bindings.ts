/**
 * The part of NVML's C interface that is used here, as nvml.h (CUDA 12) declares it: return codes, field ids, signatures
 * and the byte layout of its structs. All numbers little-endian, as on every platform NVML exists for.
 */

/** nvmlReturn_t */
export const Ret = {
  success: 0,
  uninitialized: 1,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  timeout: 10,
  libraryNotFound: 12,
  functionNotFound: 13,
  gpuIsLost: 15,
  resetRequired: 16,
  libRmVersionMismatch: 18,
  noData: 21,
  argumentVersionMismatch: 25,
  deprecated: 26,
} as const;

/** Words for a code when the library itself cannot be asked. */
export function retName(code: number): string {
  return Object.entries(Ret).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
}

/** Handles are opaque pointers: passed as integers of a pointer's width. Everything that is written to is a byte buffer. */
const HANDLE = 'uintptr_t';
const OUT = 'void *';
const U32 = 'uint32_t';
const U64 = 'uint64_t';

/** Arguments of each function; all return an nvmlReturn_t. */
export const signatures = {
  nvmlInit_v2: [],
  nvmlShutdown: [],
  nvmlSystemGetDriverVersion: [OUT, U32],
  nvmlSystemGetProcessName: [U32, OUT, U32],
  nvmlDeviceGetCount_v2: [OUT],
  nvmlDeviceGetHandleByIndex_v2: [U32, OUT],
  nvmlDeviceGetUUID: [HANDLE, OUT, U32],
  nvmlDeviceGetName: [HANDLE, OUT, U32],
  nvmlDeviceGetSerial: [HANDLE, OUT, U32],
  nvmlDeviceGetPciInfo_v3: [HANDLE, OUT],
  nvmlDeviceGetUtilizationRates: [HANDLE, OUT],
  nvmlDeviceGetMemoryInfo: [HANDLE, OUT],
  nvmlDeviceGetMemoryInfo_v2: [HANDLE, OUT],
  nvmlDeviceGetPowerUsage: [HANDLE, OUT],
  nvmlDeviceGetEnforcedPowerLimit: [HANDLE, OUT],
  nvmlDeviceGetTotalEnergyConsumption: [HANDLE, OUT],
  nvmlDeviceGetTemperature: [HANDLE, U32, OUT],
  nvmlDeviceGetFanSpeed: [HANDLE, OUT],
  nvmlDeviceGetClockInfo: [HANDLE, U32, OUT],
  nvmlDeviceGetCurrentClocksEventReasons: [HANDLE, OUT],
  nvmlDeviceGetCurrentClocksThrottleReasons: [HANDLE, OUT],
  nvmlDeviceGetFieldValues: [HANDLE, 'int32_t', OUT],
  nvmlDeviceGetPcieThroughput: [HANDLE, U32, OUT],
  nvmlDeviceGetCurrPcieLinkGeneration: [HANDLE, OUT],
  nvmlDeviceGetCurrPcieLinkWidth: [HANDLE, OUT],
  nvmlDeviceGetTotalEccErrors: [HANDLE, U32, U32, OUT],
  nvmlDeviceGetMigMode: [HANDLE, OUT, OUT],
  nvmlDeviceGetMaxMigDeviceCount: [HANDLE, OUT],
  nvmlDeviceGetMigDeviceHandleByIndex: [HANDLE, U32, OUT],
  nvmlDeviceGetComputeRunningProcesses_v3: [HANDLE, OUT, OUT],
  nvmlDeviceGetGraphicsRunningProcesses_v3: [HANDLE, OUT, OUT],
  nvmlDeviceGetProcessUtilization: [HANDLE, OUT, OUT, U64],
  nvmlDeviceGetSupportedEventTypes: [HANDLE, OUT],
  nvmlDeviceRegisterEvents: [HANDLE, U64, HANDLE],
  nvmlEventSetCreate: [OUT],
  nvmlEventSetWait_v2: [HANDLE, OUT, U32],
  nvmlEventSetFree: [HANDLE],
} as const satisfies Record<string, readonly string[]>;

export type NvmlFunction = keyof typeof signatures;
export const nvmlFunctions = Object.keys(signatures) as NvmlFunction[];

/** NVML_FI_*: values asked for by number, several in one call. */
export const Field = {
  /** °C */
  memoryTemperature: 82,
  /** KiB since the driver was loaded, of the link in scopeId; UINT_MAX = all links together. */
  nvlinkDataTx: 138,
  nvlinkDataRx: 139,
  /** mW: mean of the last second (Ampere except GA100, and newer); scope 0 = the GPU, not its module. */
  powerAverage: 185,
  /** mW, now. */
  powerInstant: 186,
  /** Bytes; may wrap. */
  pcieTxBytes: 197,
  pcieRxBytes: 198,
} as const;
export const ALL_LINKS = 0xffff_ffff;

/** nvmlTemperatureSensors_t, nvmlClockType_t, nvmlPcieUtilCounter_t, nvmlMemoryErrorType_t, nvmlEccCounterType_t, event types. */
export const SENSOR_GPU = 0;
export const CLOCK_SM = 1;
export const CLOCK_MEMORY = 2;
export const PCIE_TX = 0;
export const PCIE_RX = 1;
export const ECC_CORRECTED = 0;
export const ECC_UNCORRECTED = 1;
export const ECC_AGGREGATE = 1;
export const EVENT_XID = 8n;

/** nvmlUtilization_t: gpu, memory (%). */
export const UTILIZATION = { size: 8, gpu: 0, memory: 4 } as const;
/** nvmlMemory_t: total, free, used (B); `used` holds what the driver reserves. */
export const MEMORY_V1 = { size: 24, total: 0, used: 16 } as const;
/** nvmlMemory_v2_t: version, total, reserved, free, used (B); `used` is without the reserved part, as nvidia-smi shows it. */
export const MEMORY_V2 = { size: 40, version: 0, total: 8, used: 32, versionWord: 40 | (2 << 24) } as const;
/** nvmlPciInfo_t: chip and vendor in one number; the address as text. */
export const PCI_INFO = { size: 68, pciDeviceId: 28, busId: 36 } as const;
/** nvmlFieldValue_t */
export const FIELD_VALUE = { size: 40, fieldId: 0, scopeId: 4, valueType: 24, result: 28, value: 32 } as const;
/** nvmlEventData_t */
export const EVENT_DATA = { size: 32, device: 0, type: 8, data: 16 } as const;
/** nvmlProcessInfo_t (v2 layout, used by the _v3 functions). */
export const PROCESS_INFO = { size: 24, pid: 0, usedMemory: 8 } as const;
/** nvmlProcessUtilizationSample_t; timeStamp in µs since the Unix epoch. */
export const PROCESS_SAMPLE = { size: 32, pid: 0, timeStamp: 8, smUtil: 16, memUtil: 20, encUtil: 24, decUtil: 28 } as const;

/** The value of an nvmlFieldValue_t at `at`, by its nvmlValueType_t; null for a type not known here. */
export function fieldNumber(buffer: Buffer, at: number, platform: NodeJS.Platform): number | null {
  const value = at + FIELD_VALUE.value;
  switch (buffer.readUInt32LE(at + FIELD_VALUE.valueType)) {
    case 0:
      return buffer.readDoubleLE(value);
    case 1:
      return u32(buffer, value);
    case 2:
      // unsigned long: four bytes on Windows.
      return platform === 'win32' ? u32(buffer, value) : u64(buffer, value);
    case 3:
      return u64(buffer, value);
    case 4:
      return Number(buffer.readBigInt64LE(value));
    case 5:
      return buffer.readInt32LE(value);
    case 6:
      return buffer.readUInt16LE(value);
    default:
      return null;
  }
}

/** NVML_VALUE_NOT_AVAILABLE is −1, and drivers answer it as an unsigned number of either width: missing, not a value. */
export function u32(buffer: Buffer, at: number): number | null {
  const value = buffer.readUInt32LE(at);
  return value === 0xffff_ffff ? null : value;
}

/** Null for the same sentinels, and for whatever no counter here can have reached. */
export function u64(buffer: Buffer, at: number): number | null {
  const value = buffer.readBigUInt64LE(at);
  return value === 0xffff_ffffn || value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(value);
}

/** A C string of at most the buffer's length. */
export function cString(buffer: Buffer): string {
  const end = buffer.indexOf(0);
  return buffer.toString('utf8', 0, end < 0 ? buffer.length : end);
}
