import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectorContext } from '../collector-context';
import { errorCode, listFolder, readNumber, readText } from './files';

/** What the energy counters say: power by package number, W; that of its memory where it is counted apart, else no entry. */
export type RaplAnswer =
  | { readonly state: 'works'; readonly powerW: ReadonlyMap<number, number | null>; readonly dramW: ReadonlyMap<number, number | null> }
  | { readonly state: 'forbidden'; readonly path: string }
  /** The counters are there but stand still, as some hypervisors leave them. */
  | { readonly state: 'dead' }
  | { readonly state: 'missing' };

interface Count {
  readonly uj: number;
  /** It was read between these two. */
  readonly askedMono: number;
  readonly mono: number;
}

interface Domain {
  readonly path: string;
  readonly packageId: number;
  readonly part: 'package' | 'dram';
  /** The counter starts again at 0 after this, µJ. */
  readonly rangeUj: number;
  /** More than it can draw, W. */
  readonly limitW: number;
  last: Count | null;
  moved: boolean;
  /** Reads in a row in which it did not move. */
  still: number;
  /** Domains of the same package before it whose counters have told the same at every read. */
  mirrors: Domain[];
}

/** More than any package draws, where nothing tells what this one does, W. */
const MAX_PLAUSIBLE_W = 5_000;
/** For a moment a package draws this many times what it is specified for (a laptop's 15 W are 60 W then). */
const MARGIN = 5;
/** And no more than this many times the limit that is set for it. */
const LIMIT_MARGIN = 1.5;
/** A counter may be ahead of its mirror by as much as is spent between the two reads, and by this, µJ. */
const MIRROR_SLACK_UJ = 500_000;
/** A counter is refreshed about every ms; one that does not move for this many reads is not counting. */
const DEAD_AFTER = 3;
/** The mean over a longer time says nothing of the moment it would be stamped with, ms. */
const LONGEST_MS = 10_000;
const LOOK_AGAIN_MS = 30_000;

/**
 * Running average power of each processor package from Linux's powercap counters: energy spent between two reads over the
 * time between them. The counter wraps at max_energy_range_uj. Some processors of several dies (Zen 1 and 2) show the one
 * counter of the socket once a die: it is counted once.
 */
export class RaplSource {
  private domains: Domain[] = [];
  private lookAgainMono = -Infinity;
  private stretchOfLast = -1;

  constructor(private readonly context: Pick<CollectorContext, 'env' | 'monoMs' | 'stretch' | 'cpuPower' | 'topology'>) {}

  async read(): Promise<RaplAnswer> {
    await this.look();
    if (this.domains.length === 0) return { state: 'missing' };
    const before = this.stretchOfLast;
    this.stretchOfLast = this.context.stretch();
    const unbroken = this.stretchOfLast === before;
    const ownW = new Map<Domain, number | null>();
    for (const domain of this.domains) {
      const path = join(domain.path, 'energy_uj');
      const askedMono = this.context.monoMs();
      try {
        ownW.set(domain, this.step(domain, Number(await readFile(path, 'utf8')), askedMono, unbroken));
      } catch (error) {
        domain.last = null;
        const code = errorCode(error);
        if (code === 'EACCES' || code === 'EPERM') return { state: 'forbidden', path };
        ownW.set(domain, null);
      }
    }
    // A machine that fell asleep between two of these reads has some counters of before and some of after.
    if (this.context.stretch() !== this.stretchOfLast) for (const domain of this.domains) domain.last = null;
    const powerW = new Map<number, number | null>();
    const dramW = new Map<number, number | null>();
    for (const [domain, own] of ownW) {
      if (isMirror(domain)) continue;
      const into = domain.part === 'package' ? powerW : dramW;
      const others = into.get(domain.packageId);
      // Packages of several dies have one counter each; one that is missing withholds the sum.
      into.set(domain.packageId, others === undefined ? own : others === null || own === null ? null : others + own);
    }
    if (this.domains.every(({ part, still }) => part === 'dram' || still >= DEAD_AFTER)) return { state: 'dead' };
    // Some boards offer a memory counter that never moves: that is no meter, and no missing part of the room's power.
    for (const { part, packageId, moved } of this.domains) if (part === 'dram' && !moved) dramW.delete(packageId);
    return { state: 'works', powerW, dramW };
  }

  private step(domain: Domain, uj: number, askedMono: number, unbroken: boolean): number | null {
    const mono = this.context.monoMs();
    const before = domain.last;
    domain.last = Number.isFinite(uj) ? { uj, askedMono, mono } : null;
    if (before === null || domain.last === null || mono <= before.mono) return null;
    domain.still = uj === before.uj ? domain.still + 1 : 0;
    domain.moved ||= domain.still === 0;
    const seconds = (mono - before.mono) / 1000;
    // Where the limit would take the counter around, a wrap could hide.
    if (!unbroken || domain.still > 0 || mono - before.mono > LONGEST_MS || seconds * domain.limitW > domain.rangeUj / 1e6) return null;
    const spentUj = uj > before.uj ? uj - before.uj : uj - before.uj + domain.rangeUj;
    const powerW = spentUj / 1e6 / seconds;
    // More than it can draw: the counter did not wrap, it was set to something else.
    return powerW > domain.limitW ? null : powerW;
  }

  /** The package domains; asked again now and then while there are none (the driver may be loaded later). */
  private async look(): Promise<void> {
    const { env, monoMs } = this.context;
    if (env.platform !== 'linux' || this.domains.length > 0 || monoMs() < this.lookAgainMono) return;
    this.lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    const root = join(env.sysRoot, 'class/powercap');
    // intel-rapl-mmio names the same packages once more, psys is the whole board, N:M are parts of package N: of those only
    // the memory is not within the package's own count.
    const names = (await listFolder(root)).filter((name) => /^intel-rapl:\d+(:\d+)?$/.test(name));
    const found = await Promise.all(names.map((name) => this.domainOf(root, name)));
    // Packages first: what they say of permissions and life stands for their memory too.
    this.domains = found.filter((domain) => domain !== null).sort((a, b) => Number(a.part === 'dram') - Number(b.part === 'dram'));
    this.domains.forEach((domain, i) => {
      domain.mirrors = this.domains.slice(0, i).filter(({ part, packageId }) => part === domain.part && packageId === domain.packageId);
    });
  }

  private async domainOf(root: string, name: string): Promise<Domain | null> {
    const path = join(root, name);
    const own = await readText(join(path, 'name'));
    const part = own === 'dram' ? 'dram' : 'package';
    const packageName =
      part === 'dram'
        ? await readText(join(root, name.slice(0, name.lastIndexOf(':')), 'name'))
        : name.split(':').length === 2
          ? own
          : null;
    const packageId = /^package-(\d+)/.exec(packageName ?? '')?.[1];
    const rangeUj = await readNumber(join(path, 'max_energy_range_uj'));
    if (packageId === undefined || rangeUj === null || rangeUj <= 0) return null;
    const limitW = await this.limitOf(path, part);
    return { path, packageId: Number(packageId), part, rangeUj, limitW, last: null, moved: false, still: 0, mirrors: [] };
  }

  /** More than a domain can draw, W: from what its specification and its limits say (Intel tells them), else from what is known of the processor. */
  private async limitOf(path: string, part: Domain['part']): Promise<number> {
    const told = async (name: string): Promise<number> =>
      Math.max(
        ...(await Promise.all([0, 1, 2].map((n) => readNumber(join(path, `constraint_${n}_${name}_uw`))))).map((uw) => (uw ?? 0) / 1e6),
      );
    const [specifiedW, limitW] = await Promise.all([told('max_power'), told('power_limit')]);
    const plausibleW = Math.max(MARGIN * specifiedW, LIMIT_MARGIN * limitW);
    if (specifiedW > 0) return Math.min(MAX_PLAUSIBLE_W, plausibleW);
    if (part === 'dram') return MAX_PLAUSIBLE_W;
    const [limits, cpu] = await Promise.all([this.context.cpuPower.identify(), this.context.topology()]);
    return limits.basis === 'tdp' ? Math.min(MAX_PLAUSIBLE_W, (MARGIN * limits.maxW) / cpu.packages.length) : MAX_PLAUSIBLE_W;
  }
}

/**
 * Whether a domain's counter is one that another of its package has shown already: it is ahead of that by no more than can
 * have been spent between the two reads. A single difference settles it for good.
 */
function isMirror(domain: Domain): boolean {
  const { last } = domain;
  if (last === null) return domain.mirrors.length > 0;
  domain.mirrors = domain.mirrors.filter((other) => {
    if (other.last === null) return true;
    const betweenUj = (last.mono - other.last.askedMono) * 1000 * domain.limitW;
    const apartUj = Math.abs(last.uj - other.last.uj);
    return Math.min(apartUj, domain.rangeUj - apartUj) <= betweenUj + MIRROR_SLACK_UJ;
  });
  return domain.mirrors.length > 0;
}
