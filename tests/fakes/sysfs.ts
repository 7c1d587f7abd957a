import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { CollectorEnvironment } from '../../src-main/core/telemetry/collector';

/** A folder that looks like /sys and /proc of a Linux machine, as far as a test fills it. */
export interface FakeMachine {
  readonly env: CollectorEnvironment;
  /** Writes files by their path under the folder ("sys/class/…", "proc/stat"). */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  link(path: string, target: string): Promise<void>;
  /** A file that whoever reads it waits for in vain: proves that it is not read. */
  untouchable(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  dispose(): Promise<void>;
}

export async function fakeMachine(
  files: Readonly<Record<string, string>> = {},
  nvidiaSmi: CollectorEnvironment['nvidiaSmi'] = ['coldaisle-no-such-program'],
): Promise<FakeMachine> {
  const root = await mkdtemp(join(tmpdir(), 'coldaisle-machine-'));
  const machine: FakeMachine = {
    env: { sysRoot: join(root, 'sys'), procRoot: join(root, 'proc'), nvidiaSmi, platform: 'linux' },
    async write(more) {
      for (const [path, text] of Object.entries(more)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text);
      }
    },
    async link(path, target) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await mkdir(join(root, target), { recursive: true });
      await symlink(join(root, target), join(root, path));
    },
    async untouchable(path) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await rm(join(root, path), { force: true });
      await promisify(execFile)('mkfifo', [join(root, path)]);
    },
    remove: (path) => rm(join(root, path), { recursive: true, force: true }),
    dispose: () => rm(root, { recursive: true, force: true }),
  };
  await machine.write(files);
  return machine;
}

/** Topology and cpuinfo of `threads` logical CPUs over `packages` sockets. */
export function cpuFiles(options: {
  threads: number;
  packages?: number;
  brand?: string;
  model?: number;
  stepping?: number;
  flags?: string;
  mhz?: number;
}): Record<string, string> {
  const { threads, packages = 1, brand = 'AMD EPYC 7763 64-Core Processor', model = 1, stepping = 1, flags = 'fpu vme', mhz } = options;
  const vendor = /AMD/.test(brand) ? 'AuthenticAMD' : 'GenuineIntel';
  const files: Record<string, string> = {};
  const cpuinfo: string[] = [];
  for (let thread = 0; thread < threads; thread++) {
    files[`sys/devices/system/cpu/cpu${thread}/topology/physical_package_id`] = `${Math.floor((thread * packages) / threads)}\n`;
    cpuinfo.push(
      `processor\t: ${thread}\nvendor_id\t: ${vendor}\ncpu family\t: ${vendor === 'AuthenticAMD' ? 25 : 6}\nmodel\t\t: ${model}\nmodel name\t: ${brand}\nstepping\t: ${stepping}\n` +
        (mhz === undefined ? '' : `cpu MHz\t\t: ${(mhz + thread).toFixed(3)}\n`) +
        `flags\t\t: ${flags}\n`,
    );
  }
  files['proc/cpuinfo'] = cpuinfo.join('\n');
  return files;
}

/** /proc/stat with each logical CPU's busy and idle time in ticks. */
export function statFile(cpus: readonly { readonly busy: number; readonly idle: number }[]): string {
  const line = (name: string, busy: number, idle: number): string => `${name} ${busy} 0 0 ${idle} 0 0 0 0 0 0\n`;
  const total = cpus.reduce((sum, { busy, idle }) => ({ busy: sum.busy + busy, idle: sum.idle + idle }), { busy: 0, idle: 0 });
  return `${line('cpu ', total.busy, total.idle)}${cpus.map(({ busy, idle }, thread) => line(`cpu${thread}`, busy, idle)).join('')}intr 1 2 3\nctxt 5\n`;
}
