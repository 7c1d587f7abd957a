import os from 'node:os';
import { join } from 'node:path';
import type { CollectorEnvironment } from '../collector';
import { listFolder, readNumber, readText } from './files';

/** Which package (socket) each logical CPU belongs to, and what the processor calls itself. */
export interface CpuTopology {
  readonly packageOf: (thread: number) => number;
  readonly packages: readonly number[];
  readonly threads: number;
  /** As the processor says, e.g. "AMD EPYC 7763 64-Core Processor". */
  readonly brand: string;
  /** "GenuineIntel", family, model, stepping as CPUID gives them; null off Linux or not x86. */
  readonly cpuid: { readonly vendor: string; readonly family: number; readonly model: number; readonly stepping: number } | null;
  /** A hypervisor is under this system. */
  readonly virtual: boolean;
}

/** Read once: sockets do not change while a system runs. */
export async function readTopology(env: Pick<CollectorEnvironment, 'platform' | 'procRoot' | 'sysRoot'>): Promise<CpuTopology> {
  const nodeCpus = os.cpus();
  if (env.platform !== 'linux') {
    const brand = (nodeCpus[0]?.model ?? 'CPU').trim();
    return {
      packageOf: () => 0,
      packages: [0],
      threads: Math.max(1, nodeCpus.length),
      brand,
      cpuid: null,
      virtual: /virtual|qemu|kvm/i.test(brand),
    };
  }
  const cpuFolder = join(env.sysRoot, 'devices/system/cpu');
  const names = (await listFolder(cpuFolder)).filter((name) => /^cpu\d+$/.test(name));
  const byThread = new Map<number, number>();
  await Promise.all(
    names.map(async (name) => {
      const id = await readNumber(join(cpuFolder, name, 'topology/physical_package_id'));
      byThread.set(Number(name.slice(3)), id !== null && id >= 0 ? id : 0);
    }),
  );
  const cpuinfo = (await readText(join(env.procRoot, 'cpuinfo'))) ?? '';
  const field = (key: string): string | null => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(cpuinfo)?.[1]?.trim() ?? null;
  const vendor = field('vendor_id');
  const packages = [...new Set(byThread.values())].sort((a, b) => a - b);
  return {
    packageOf: (thread) => byThread.get(thread) ?? 0,
    packages: packages.length > 0 ? packages : [0],
    threads: byThread.size || Math.max(1, nodeCpus.length),
    brand: field('model name') ?? field('Model') ?? nodeCpus[0]?.model ?? 'CPU',
    cpuid:
      vendor === null
        ? null
        : { vendor, family: Number(field('cpu family')), model: Number(field('model')), stepping: Number(field('stepping')) },
    virtual: /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo),
  };
}

export function cpuDevice(packageId: number): string {
  return `cpu${packageId}`;
}
