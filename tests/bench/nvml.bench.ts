import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NvmlClient } from '../../src-main/core/telemetry/collectors/nvml/client';
import { buildFakeNvml, compiler, type FakeNvml } from '../fakes/nvml/build';
import { median, type Row } from './figures';

const repo = process.cwd();
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const quiet = (): undefined => undefined;

/** One tick of eight GPUs, question and answer through the thread, against one run of the stand-in nvidia-smi for the same. */
async function tickAgainstSpawn(nvml: FakeNvml): Promise<Row[]> {
  const workerPath = join(repo, 'out', 'main', 'nvml.js');
  const client = new NvmlClient({
    access: { workerPath, libraries: [nvml.library] },
    platform: process.platform,
    rates: () => ({ hz: 1, devices: {} }),
    nameOf: (slot) => `gpu${slot}`,
    log: quiet,
  });
  const program = join(repo, 'tests', 'fakes', 'nvidia-smi-bin', 'nvidia-smi');
  const ticks: number[] = [];
  const ratios: number[] = [];
  try {
    for (let i = 0; i < 50; i++) await client.ask('tick', new AbortController().signal);
    for (let i = 0; i < 15; i++) {
      const own: number[] = [];
      for (let j = 0; j < 20; j++) {
        const from = performance.now();
        const answer = await client.ask('tick', new AbortController().signal);
        own.push(performance.now() - from);
        if (answer.state !== 'works' || answer.gpus.length !== 8) throw new Error('the stand-in does not show eight GPUs');
      }
      const from = performance.now();
      const run = spawnSync(program, ['-q', '-x'], { env: { ...process.env, FAKE_NVIDIA_SMI_MODE: 'eight' }, maxBuffer: 64 * 2 ** 20 });
      const spawned = performance.now() - from;
      if (run.status !== 0) throw new Error('the stand-in nvidia-smi failed');
      ticks.push(median(own));
      ratios.push(median(own) / spawned);
    }
  } finally {
    await client.close();
  }
  return [
    {
      name: 'NVML tick, 8 GPUs (stand-in library)',
      value: median(ticks),
      unit: 'ms',
      ratio: { value: median(ratios), against: 'one spawn of the stand-in nvidia-smi' },
    },
  ];
}

/** User and system CPU seconds of a process, its threads and all its children, the ended ones too. */
function treeCpuSeconds(root: number): number {
  const stats = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      stats.set(Number(name), { parent: fields[1] ?? 0, ticks: [11, 12, 13, 14].reduce((sum, i) => sum + (fields[i] ?? 0), 0) });
    } catch {
      // Ended between the listing and the reading.
    }
  }
  const below = (pid: number): number =>
    [...stats].reduce((sum, [child, { parent }]) => (parent === pid ? sum + below(child) : sum), stats.get(pid)?.ticks ?? 0);
  return below(root) / 100;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await once(child, 'exit');
  clearTimeout(late);
}

/** Debian's netdata as unpacked or installed: NETDATA_ROOT names the folder its packages were unpacked to ("/" when installed). */
function netdataRoot(): string | null {
  const root = process.env['NETDATA_ROOT'] ?? '/';
  return existsSync(join(root, 'usr/sbin/netdata')) ? root : null;
}

/** As it comes, every second, on a loopback port and folders of its own. */
async function startNetdata(root: string, folder: string): Promise<ChildProcess> {
  for (const name of ['lib', 'log', 'cache', 'etc']) await mkdir(join(folder, name), { recursive: true });
  const conf = join(folder, 'netdata.conf');
  const user = spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim();
  await writeFile(
    conf,
    `[global]\n run as user = ${user}\n update every = 1\n[directories]\n config = ${join(folder, 'etc')}\n stock config = ${join(root, 'usr/lib/netdata/conf.d')}\n lib = ${join(folder, 'lib')}\n log = ${join(folder, 'log')}\n cache = ${join(folder, 'cache')}\n plugins = "${join(root, 'usr/lib/netdata/plugins.d')}"\n web = ${join(root, 'usr/share/netdata/web')}\n[web]\n bind to = 127.0.0.1:19990\n[logs]\n error = none\n access = none\n debug = none\n[cloud]\n enabled = no\n[statsd]\n enabled = no\n`,
  );
  return spawn(join(root, 'usr/sbin/netdata'), ['-D', '-c', conf, '-u', user, '-P', join(folder, 'pid')], {
    stdio: 'ignore',
    env: { ...process.env, DISABLE_TELEMETRY: '1' },
  });
}

/** How many charts' dimensions it collects, so that the two CPU shares can be read beside what each measures. */
async function netdataMetrics(): Promise<number> {
  const response = await fetch('http://127.0.0.1:19990/api/v1/charts');
  const { charts } = (await response.json()) as { charts: Record<string, { dimensions: Record<string, unknown> }> };
  return Object.values(charts).reduce((sum, { dimensions }) => sum + Object.keys(dimensions).length, 0);
}

async function coreAgainstNetdata(nvml: FakeNvml): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-bench-'));
  const folder = await mkdtemp(join(tmpdir(), 'coldaisle-netdata-'));
  // The product's own way to the library: by the driver's name for it, in the loader's path.
  const own = spawn(process.execPath, [join(repo, 'out', 'main', 'headless.js'), 'serve', '--data', dataDir, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LD_LIBRARY_PATH: dirname(nvml.library) },
  });
  const root = netdataRoot();
  const peer = root === null ? null : await startNetdata(root, folder);
  try {
    await wait(15_000);
    const [a0, b0, t0] = [treeCpuSeconds(own.pid ?? 0), peer ? treeCpuSeconds(peer.pid ?? 0) : 0, performance.now()];
    await wait(30_000);
    const seconds = (performance.now() - t0) / 1000;
    const share = treeCpuSeconds(own.pid ?? 0) - a0;
    const row: Row = { name: 'core at 1 Hz with 8 GPUs (stand-in): share of one CPU', value: (100 * share) / seconds, unit: '%' };
    if (peer === null) return [{ ...row, name: `${row.name}; netdata is not here` }];
    const peerShare = treeCpuSeconds(peer.pid ?? 0) - b0;
    const metrics = await netdataMetrics().catch(() => NaN);
    return [
      { ...row, ratio: { value: share / peerShare, against: "netdata's at 1 Hz, which reads no GPU here" } },
      { name: 'netdata at the same time: share of one CPU', value: (100 * peerShare) / seconds, unit: '%' },
      { name: 'netdata: dimensions it collects', value: metrics, unit: '' },
    ];
  } finally {
    await Promise.all([end(own), peer ? end(peer) : null]);
    await Promise.all([dataDir, folder].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/** What reading eight NVIDIA GPUs costs. Linux with a C compiler; netdata's part needs Debian's netdata (see netdataRoot). */
export async function run(): Promise<{ rows: Row[] }> {
  if (compiler() === null) throw new Error('needs a C compiler for the stand-in library');
  const nvml = buildFakeNvml(join(repo, 'tests', 'fakes', 'nvml', 'nvml.c'));
  try {
    await nvml.control('gpus 8');
    return { rows: [...(await tickAgainstSpawn(nvml)), ...(await coreAgainstNetdata(nvml))] };
  } finally {
    nvml.dispose();
  }
}
