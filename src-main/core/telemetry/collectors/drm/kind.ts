import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listFolder, readNumber, readText } from '../files';
import { hwmons } from './sources';

/** AMD the maker of processors; graphics bear ATI's number, in a processor as on a card. */
const AMD_PROCESSOR = '0x1022';

/** The PCI address of a card, "0000:03:00.0"; null where it is on no PCI bus. */
export async function pciAddressOf(device: string): Promise<string | null> {
  const name = await realpath(device).then(basename, () => '');
  const address = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
  if (address.test(name)) return name;
  return /^PCI_SLOT_NAME=(\S+)$/m.exec((await readText(join(device, 'uevent'))) ?? '')?.[1] ?? null;
}

export interface CardFacts {
  readonly vendor: 'AMD' | 'Intel';
  /** Its folder in sysfs. */
  readonly device: string;
  readonly address: string | null;
  readonly name: string;
  /** A hypervisor may put a card on any bus. */
  readonly virtual: boolean;
  /** What would wake it must not be read. */
  readonly asleep: boolean;
}

/**
 * Whether a card is a part of the processor, by what it is: its power is within that of the package then. Whether it has a
 * power limit says nothing: some processors' graphics have one (Van Gogh), some cards have none (the first GCN).
 */
export async function isIntegrated(facts: CardFacts): Promise<boolean> {
  return facts.vendor === 'AMD' ? isAmdIntegrated(facts) : isIntelIntegrated(facts);
}

/** i915 and xe have a hwmon for discrete cards alone; the processor's own graphics are device 2 of the root bus. */
async function isIntelIntegrated({ device, address }: CardFacts): Promise<boolean> {
  for (const path of await hwmons(device)) if ((await listFolder(path)).some((name) => /^energy\d+_input$/.test(name))) return false;
  return address === null || /:00:02\.\d$/.test(address);
}

async function isAmdIntegrated({ device, address, name, virtual, asleep }: CardFacts): Promise<boolean> {
  // A processor and an accelerator in one, with one meter for both.
  if (/\bMI300A\b/.test(name)) return true;
  for (const path of await hwmons(device)) {
    const files = await listFolder(path);
    // amdgpu: only processors have a north bridge (vddnb), only cards have a memory clock of their own.
    if (files.includes('in1_label') || files.includes('in1_input')) return true;
    if (files.includes('freq2_input')) return false;
  }
  const revision = asleep ? null : await metricsRevision(device);
  if (revision !== null) return revision >= 2;
  if (address === null) return false;
  // In a processor, the same device of the bus has functions that are no graphics: its security processor, its USB.
  if (await hasProcessorBeside(device, address)) return true;
  // Before Zen they were on the root bus.
  return !virtual && /^[0-9a-f]{4,8}:00:/.test(address);
}

/** gpu_metrics, kgd_pp_interface.h: a size of two bytes, then the format's revision, 1 of cards, 2 and 3 of processors. */
async function metricsRevision(device: string): Promise<number | null> {
  const table = await readFile(join(device, 'gpu_metrics')).catch(() => null);
  return table?.[2] ?? null;
}

async function hasProcessorBeside(device: string, address: string): Promise<boolean> {
  const bus = dirname(await realpath(device).catch(() => device));
  const slot = address.slice(0, address.lastIndexOf('.') + 1);
  const beside = (await listFolder(bus)).filter((name) => name.startsWith(slot) && name !== address);
  const vendors = await Promise.all(beside.map((name) => readText(join(bus, name, 'vendor'))));
  return vendors.includes(AMD_PROCESSOR);
}

/** Whether the system has suspended a device: reading most of its files would wake it. This one does not. */
export async function isAsleep(device: string): Promise<boolean> {
  return /^(suspended|suspending|resuming)$/.test((await readText(join(device, 'power/runtime_status'))) ?? '');
}

/** How long a device must rest before the system suspends it, ms; null where it does not. */
export async function restBeforeSleepMs(device: string): Promise<number | null> {
  return (await readText(join(device, 'power/control'))) === 'auto' ? readNumber(join(device, 'power/autosuspend_delay_ms')) : null;
}
