import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachinePower } from '@shared/model/settings';
import { message, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { CollectorEnvironment } from './collector';
import { readTopology, type CpuTopology } from './collectors/topology';

/** The two ends of the model for all packages together, W, and where they come from. */
export interface CpuPowerLimits {
  readonly idleW: number;
  readonly maxW: number;
  /** settings: given by the operator; tdp: the processor's own TDP; architecture: watts per thread of its kind; unknown: an average. */
  readonly basis: 'settings' | 'tdp' | 'architecture' | 'unknown';
  /** With the source, for the doctor. */
  readonly explained: Message;
}

const Watts = z.number().positive().max(5_000);
const ThreadWatts = z.object({ name: z.string(), idleW: Watts, maxW: Watts, source: z.string() });
const Cpuid = z.object({ vendor: z.string(), family: z.number(), models: z.array(z.number()), maxStepping: z.number().optional() });

/** resources/power/cpu-power.json; see its own `about` and `sources`. */
const CpuPowerTable = z.object({
  tdp: z.object({
    idleShare: z.number().min(0).max(1),
    maxShare: z.number().min(0.5).max(2),
    shareSource: z.string(),
    source: z.string(),
    processors: z.array(z.object({ brand: z.string(), tdpW: Watts })),
  }),
  perThread: z.object({ architectures: z.array(ThreadWatts.extend({ cpuid: Cpuid })), unknown: ThreadWatts.omit({ name: true }) }),
});
export type CpuPowerTable = z.infer<typeof CpuPowerTable>;

/** For an installation whose table is missing or damaged: the table's own last resort. */
const lastResort: CpuPowerTable = {
  tdp: { idleShare: 0.12, maxShare: 1.02, shareSource: 'teads', source: 'none', processors: [] },
  perThread: { architectures: [], unknown: { idleW: 0.74, maxW: 3.5, source: 'ccf-average' } },
};

/** Models what the processors draw where no counter can be read: idle + (max − idle) × load. */
export interface CpuPowerModel {
  /** Null until the processor has been identified, which {@link identify} begins. */
  limits(): CpuPowerLimits | null;
  identify(): Promise<CpuPowerLimits>;
}

export interface CpuPowerOptions {
  readonly env: CollectorEnvironment;
  /** Holds power/cpu-power.json. */
  readonly resourcesDir: string;
  /** The operator's own idle and maximum, W for all packages together; read anew on every call. */
  readonly overrides: () => Pick<MachinePower, 'cpuIdleW' | 'cpuMaxW'>;
}

export function createCpuPower({ env, resourcesDir, overrides }: CpuPowerOptions): CpuPowerModel {
  let identified: CpuPowerLimits | null = null;
  let pending: Promise<CpuPowerLimits> | null = null;
  const withOverrides = (limits: CpuPowerLimits): CpuPowerLimits => {
    const { cpuIdleW, cpuMaxW } = overrides();
    if (cpuIdleW === null && cpuMaxW === null) return limits;
    const idleW = cpuIdleW ?? Math.min(limits.idleW, cpuMaxW ?? limits.idleW);
    return { idleW, maxW: Math.max(idleW, cpuMaxW ?? limits.maxW), basis: 'settings', explained: message('message.cpuPower.settings') };
  };
  return {
    limits: () => (identified === null ? null : withOverrides(identified)),
    async identify() {
      pending ??= Promise.all([readTopology(env), readTable(resourcesDir)]).then(([topology, table]) => tableLimits(topology, table));
      identified = await pending;
      return withOverrides(identified);
    },
  };
}

/** The shipped table, or the last resort when it cannot be read. */
export async function readTable(resourcesDir: string): Promise<CpuPowerTable> {
  try {
    return CpuPowerTable.parse(JSON.parse(await readFile(join(resourcesDir, 'power/cpu-power.json'), 'utf8')));
  } catch {
    return lastResort;
  }
}

/**
 * What the table says of this processor. TDP needs the whole machine: inside a virtual machine only the threads given to it
 * count, whatever the processor's name.
 */
export function tableLimits(topology: CpuTopology, table: CpuPowerTable): CpuPowerLimits {
  const { tdp, perThread } = table;
  const processor = topology.virtual ? undefined : tdp.processors.find(({ brand }) => new RegExp(brand).test(topology.brand));
  if (processor) {
    const sockets = topology.packages.length;
    return {
      idleW: sockets * processor.tdpW * tdp.idleShare,
      maxW: sockets * processor.tdpW * tdp.maxShare,
      basis: 'tdp',
      explained: message('message.cpuPower.tdp', {
        sockets,
        tdpW: processor.tdpW,
        source: tdp.source,
        idleShare: tdp.idleShare,
        maxShare: tdp.maxShare,
        shareSource: tdp.shareSource,
      }),
    };
  }
  const kind = perThread.architectures.find(({ cpuid }) => isKind(topology.cpuid, cpuid));
  const watts = kind ?? perThread.unknown;
  const unknown =
    table === lastResort
      ? message('message.cpuPower.noTable', { path: 'resources/power/cpu-power.json' })
      : message('message.cpuPower.unknown');
  return {
    idleW: topology.threads * watts.idleW,
    maxW: topology.threads * watts.maxW,
    basis: kind ? 'architecture' : 'unknown',
    explained: message('message.cpuPower.threads', {
      threads: message('message.count.threads', { count: topology.threads }),
      idleW: watts.idleW,
      maxW: watts.maxW,
      kind: kind?.name ?? unknown,
      source: watts.source,
    }),
  };
}

function isKind(cpuid: CpuTopology['cpuid'], wanted: CpuPowerTable['perThread']['architectures'][number]['cpuid']): boolean {
  if (cpuid === null || cpuid.vendor !== wanted.vendor || cpuid.family !== wanted.family || !wanted.models.includes(cpuid.model))
    return false;
  return wanted.maxStepping === undefined || cpuid.stepping <= wanted.maxStepping;
}

/** idle + (max − idle) × load, W; null without a load. @param loadPercent 0–100 */
export function modelledPowerW(limits: Pick<CpuPowerLimits, 'idleW' | 'maxW'>, loadPercent: number | null): number | null {
  return loadPercent === null ? null : limits.idleW + ((limits.maxW - limits.idleW) * loadPercent) / 100;
}
