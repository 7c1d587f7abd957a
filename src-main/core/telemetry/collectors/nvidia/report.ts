import { nvidiaPciId, pciAddress, realSerial, type Identity } from '../../../devices/identity';
import { message, MessageError } from '@shared/text/message';
import type { SmiTree } from './package';

/** One GPU of a report. Null = the program said N/A, something deprecated, an error, or nothing. */
export interface GpuReport extends Identity {
  /** Its place in the report. */
  readonly index: number;
  readonly name: string | null;
  readonly powerW: number | null;
  readonly powerLimitW: number | null;
  readonly tempC: number | null;
  readonly loadPercent: number | null;
  readonly memoryLoadPercent: number | null;
  readonly memoryUsedB: number | null;
  readonly memoryTotalB: number | null;
  readonly fanPercent: number | null;
  readonly clockSmMhz: number | null;
  readonly clockMemoryMhz: number | null;
}

export interface SmiReport {
  readonly driver: string | null;
  readonly gpus: readonly GpuReport[];
}

/**
 * The long lists of clocks each GPU could be set to are nine tenths of a report and of no use here: they are cut out before
 * the report is parsed, which would hold up the core for that long.
 */
export function withoutClockLists(xml: string): string {
  return xml.replaceAll(/<supported_clocks>[\s\S]*?<\/supported_clocks>/g, '');
}

/** Reads what `nvidia-smi -q -x` printed, of drivers before 535 (`power_readings`) and since (`gpu_power_readings`). Throws when it is no report. */
export function readReport(tree: SmiTree): SmiReport {
  const log = tree['nvidia_smi_log'];
  if (!isTree(log)) throw new MessageError(message('message.smi.otherReport'));
  const gpu = log['gpu'];
  // One GPU comes as itself, several as a list, none not at all.
  const list = (Array.isArray(gpu) ? (gpu as unknown[]) : gpu === undefined ? [] : [gpu]).filter(isTree);
  return { driver: textAt(log, 'driver_version'), gpus: list.map(readGpu) };
}

function readGpu(gpu: SmiTree, index: number): GpuReport {
  const first = (unit: string, ...paths: string[]): number | null => {
    for (const path of paths) {
      const value = measure(textAt(gpu, path), unit);
      if (value !== null) return value;
    }
    return null;
  };
  const mib = (path: string): number | null => {
    const value = first('MiB', path);
    return value === null ? null : value * 2 ** 20;
  };
  return {
    index,
    uuid: told(textAt(gpu, 'uuid'), /^(GPU|MIG)-/),
    serial: realSerial(told(textAt(gpu, 'serial'), /^[\w-]+$/)),
    bus: pciAddress(textAt(gpu, 'pci.pci_bus_id') ?? textAt(gpu, '$.id')),
    pciId: nvidiaPciId(textAt(gpu, 'pci.pci_device_id')),
    name: told(textAt(gpu, 'product_name'), NO_FAULT),
    // The one-second average first: it is what an energy sum over one-second samples wants.
    powerW: first(
      'W',
      'gpu_power_readings.power_draw',
      'gpu_power_readings.average_power_draw',
      'gpu_power_readings.instant_power_draw',
      'power_readings.power_draw',
    ),
    powerLimitW: first(
      'W',
      'gpu_power_readings.current_power_limit',
      'gpu_power_readings.power_limit',
      'power_readings.enforced_power_limit',
      'power_readings.power_limit',
    ),
    tempC: first('C', 'temperature.gpu_temp'),
    loadPercent: first('%', 'utilization.gpu_util'),
    memoryLoadPercent: first('%', 'utilization.memory_util'),
    memoryUsedB: mib('fb_memory_usage.used'),
    memoryTotalB: mib('fb_memory_usage.total'),
    fanPercent: first('%', 'fan_speed'),
    clockSmMhz: first('MHz', 'clocks.sm_clock'),
    clockMemoryMhz: first('MHz', 'clocks.mem_clock'),
  };
}

/** What is no value but the program's word for a GPU that does not answer. */
const NO_FAULT = /^(?!.*(\bis lost\b|unknown error|^ERR!|^\[))/i;
const told = (text: string | null, pattern: RegExp): string | null => (text !== null && pattern.test(text) ? text : null);

/** "67.03 W" in W → 67.03; "N/A", "[N/A]", "Unknown Error", "ERR!", "Requested functionality has been deprecated" → null. */
function measure(text: string | null, unit: string): number | null {
  const match = /^(-?\d+(?:\.\d+)?)\s*(\S+)$/.exec(text ?? '');
  return match !== null && match[2] === unit ? Number(match[1]) : null;
}

function textAt(tree: SmiTree, path: string): string | null {
  let here: unknown = tree;
  for (const step of path.split('.')) {
    if (!isTree(here)) return null;
    here = here[step];
  }
  if (typeof here !== 'string') return null;
  const text = here.trim();
  return text === '' || /^\[?N\/A\]?$/i.test(text) ? null : text;
}

function isTree(value: unknown): value is SmiTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
