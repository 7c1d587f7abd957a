import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectorContext } from './index';
import { errorCode, listFolder, readNumber, readText } from './files';

/** What the energy counters say: power by package number, W; that of its memory where it is counted apart, else no entry. */
export type RaplAnswer =
  | { readonly state: 'works'; readonly powerW: ReadonlyMap<number, number | null>; readonly dramW: ReadonlyMap<number, number | null> }
  | { readonly state: 'forbidden'; readonly path: string }
  /** The counters are there but stand still, as some hypervisors leave them. */
  | { readonly state: 'dead' }
  | { readonly state: 'missing' };

interface Domain {
  readonly path: string;
  readonly packageId: number;
  readonly part: 'package' | 'dram';
  /** The counter starts again at 0 after this, µJ. */
  readonly rangeUj: number;
  last: { readonly uj: number; readonly mono: number } | null;
  moved: boolean;
  /** Reads in a row in which it did not move. */
  still: number;
}

/** More than any package draws: an interval in which that power would pass the counter's range could hide a wrap. */
const MOST_W = 5_000;
/** A counter is refreshed about every ms; one that does not move for this many reads is not counting. */
const DEAD_AFTER = 3;
const LOOK_AGAIN_MS = 30_000;

/**
 * Running average power of each processor package from Linux's powercap counters: energy spent between two reads over the
 * time between them. The counter wraps at max_energy_range_uj.
 */
export class RaplSource {
  private domains: Domain[] = [];
  private lookAgainMono = -Infinity;

  constructor(private readonly context: Pick<CollectorContext, 'env' | 'monoMs'>) {}

  async read(): Promise<RaplAnswer> {
    await this.look();
    if (this.domains.length === 0) return { state: 'missing' };
    const powerW = new Map<number, number | null>();
    const dramW = new Map<number, number | null>();
    for (const domain of this.domains) {
      const into = domain.part === 'package' ? powerW : dramW;
      const path = join(domain.path, 'energy_uj');
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        domain.last = null;
        const code = errorCode(error);
        if (code === 'EACCES' || code === 'EPERM') return { state: 'forbidden', path };
        into.set(domain.packageId, null);
        continue;
      }
      const before = into.get(domain.packageId);
      const own = this.step(domain, Number(text));
      // Packages of several dies have one counter each; one that is missing withholds the sum.
      into.set(domain.packageId, before === undefined ? own : before === null || own === null ? null : before + own);
    }
    if (this.domains.every(({ part, still }) => part === 'dram' || still >= DEAD_AFTER)) return { state: 'dead' };
    // Some boards offer a memory counter that never moves: that is no meter, and no missing part of the room's power.
    for (const { part, packageId, moved } of this.domains) if (part === 'dram' && !moved) dramW.delete(packageId);
    return { state: 'works', powerW, dramW };
  }

  private step(domain: Domain, uj: number): number | null {
    const mono = this.context.monoMs();
    const before = domain.last;
    domain.last = Number.isFinite(uj) ? { uj, mono } : null;
    if (before === null || domain.last === null || mono <= before.mono) return null;
    domain.still = uj === before.uj ? domain.still + 1 : 0;
    domain.moved ||= domain.still === 0;
    const seconds = (mono - before.mono) / 1000;
    if (domain.still > 0 || seconds * MOST_W > domain.rangeUj / 1e6) return null;
    const spentUj = uj > before.uj ? uj - before.uj : uj - before.uj + domain.rangeUj;
    return spentUj / 1e6 / seconds;
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
    const found = await Promise.all(
      names.map(async (name): Promise<Domain | null> => {
        const path = join(root, name);
        const own = await readText(join(path, 'name'));
        const part = own === 'dram' ? 'dram' : 'package';
        const packageName = part === 'dram' ? await readText(join(root, name.slice(0, name.lastIndexOf(':')), 'name')) : name.split(':').length === 2 ? own : null;
        const packageId = /^package-(\d+)/.exec(packageName ?? '')?.[1];
        const rangeUj = await readNumber(join(path, 'max_energy_range_uj'));
        return packageId === undefined || rangeUj === null || rangeUj <= 0 ? null : { path, packageId: Number(packageId), part, rangeUj, last: null, moved: false, still: 0 };
      }),
    );
    // Packages first: what they say of permissions and life stands for their memory too.
    this.domains = found.filter((domain) => domain !== null).sort((a, b) => Number(a.part === 'dram') - Number(b.part === 'dram'));
  }
}
