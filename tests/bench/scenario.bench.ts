import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { TelemetryFrame } from '../../src-shared/contract/telemetry';
import { decodeMessage } from '../../src-shared/rpc/encode';
import { startConsole } from '../helpers/console';
import type { Row } from './figures';

const headless = join(process.cwd(), 'out', 'main', 'headless.js');
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
/** Longer than the two minutes after which the store moves the newest samples to their place: that work is in the figure. */
const MEASURED_MS = 130_000;
const WATCHED_MS = 30_000;

/** User and system CPU seconds of a process with all its threads, from /proc. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function residentMiB(pid: number): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
}

async function startHall(dataDir: string): Promise<{ child: ChildProcess; pid: number; url: URL }> {
  const { child, url } = await startConsole(headless, ['--scenario', 'hall', '--data', dataDir]);
  return { child, pid: child.pid ?? 0, url };
}

/** Listens to a stream and hands over each frame; resolves with the way to stop. */
async function listen(url: URL, name: string, params: object, onFrame: (frame: unknown) => void): Promise<() => void> {
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
  const socket = new WebSocket(`ws://${url.host}/rpc`, ['coldaisle.v2', `token.${token}`], { origin: url.origin });
  socket.on('message', (data: Buffer, isBinary) => {
    const message = decodeMessage(isBinary ? data : String(data)) as { t: string; bytes: number; frame?: unknown };
    if (message.t !== 'frame') return;
    onFrame(message.frame);
    socket.send(JSON.stringify({ t: 'read', id: 1, bytes: message.bytes }));
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ t: 'subscribe', id: 1, name, params }));
  return () => socket.close();
}

async function shareOver(pid: number, ms: number): Promise<number> {
  const [before, fromMs] = [await cpuSeconds(pid), performance.now()];
  await wait(ms);
  return ((await cpuSeconds(pid)) - before) / ((performance.now() - fromMs) / 1000);
}

/** What the core costs with a simulated hall of 64 nodes × 8 GPUs at 1 Hz, and whether it holds the second. Linux (reads /proc). */
export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-bench-hall-'));
  const { child, pid, url } = await startHall(dataDir);
  try {
    await wait(8_000);
    const times: number[] = [];
    const stopTicks = await listen(url, 'room.live', {}, (frame) => times.push((frame as { atMs: number }).atMs));
    const share = await shareOver(pid, MEASURED_MS);
    stopTicks();
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000 + 1;
    let samples = 0;
    const stopAll = await listen(url, 'telemetry.live', { sinceMs: Date.now(), seriesIds: null }, (frame) => {
      samples += (frame as TelemetryFrame).values.length;
    });
    const watched = await shareOver(pid, WATCHED_MS);
    stopAll();
    return {
      rows: [
        {
          name: 'hall at 1 Hz, nobody watching: share of one core',
          value: 100 * share,
          unit: '%',
          ratio: { value: share / 0.5, against: 'half a core' },
        },
        { name: 'seconds that had their tick', value: (100 * new Set(times).size) / seconds, unit: '%' },
        {
          name: 'the same with every series sent to a page',
          value: 100 * watched,
          unit: '%',
          ratio: { value: watched / share, against: 'nobody watching' },
        },
        { name: 'samples a second that the page got', value: samples / (WATCHED_MS / 1000), unit: '1/s' },
        { name: 'memory, resident', value: await residentMiB(pid), unit: 'MiB' },
      ],
    };
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}
