import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openWriter } from '../../src-main/core/store/writer';
import { startConsole } from '../helpers/console';
import { cpuSeconds } from './cpu-time';
import type { Row } from './figures';

const headless = join(process.cwd(), 'out', 'main', 'headless.js');
const peer = join(process.cwd(), 'tests', 'bench', 'meters-peer.mjs');
const MODBUS = 350;
const HTTP = 150;
const SETTLE_MS = 12_000;
const MEASURED_MS = 40_000;
/** Of one core, for all of them. */
const ALLOWED = 0.05;
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

interface Ports {
  readonly modbus: readonly number[];
  readonly http: number;
}

/** The feeds as a person added them, each at the pace that its kind has by default. */
function addFeeds(dataDir: string, { modbus, http }: Ports): void {
  const writer = openWriter({ dataDir });
  const feed = (kind: string, i: number, settings: Record<string, unknown>): void =>
    writer.collectors.save({ id: `${kind}-${i}`, kind, name: `${kind} ${i}`, enabled: true, settings: settings as never });
  try {
    modbus.forEach((port, i) =>
      feed('modbus', i + 1, {
        host: '127.0.0.1',
        port,
        meter: 'own',
        addresses: 'wire',
        points: ['power 0 int16', 'voltage 1 uint16 scale=0.1', 'current 2 uint16 scale=0.01', 'frequency 4 uint16 scale=0.01'],
      }),
    );
    for (let i = 1; i <= HTTP; i++)
      feed('http-json', i, {
        url: `http://127.0.0.1:${http}/meter/${i}`,
        points: ['power power', 'voltage voltage', 'current current', 'energy.import total unit=kWh'],
      });
  } finally {
    writer.close();
  }
}

/** @returns the share of one core that the core's process takes */
async function shareOf(ports: Ports | null): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-bench-meters-'));
  if (ports !== null) addFeeds(dataDir, ports);
  const { child } = await startConsole(headless, ['--data', dataDir]);
  const pid = child.pid ?? 0;
  try {
    await wait(SETTLE_MS);
    const [before, fromMs] = [await cpuSeconds(pid), performance.now()];
    await wait(MEASURED_MS);
    return ((await cpuSeconds(pid)) - before) / ((performance.now() - fromMs) / 1000);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What 500 meters cost the core at their own pace, the meters being another process. Linux (reads /proc). */
export async function run(): Promise<{ rows: Row[] }> {
  const meters = spawn(process.execPath, [peer, String(MODBUS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface(meters.stdout)[Symbol.asyncIterator]();
    const line = String((await lines.next()).value);
    const none = await shareOf(null);
    const all = await shareOf(JSON.parse(line) as Ports);
    meters.stdin.write('\n');
    const answers = Number((await lines.next()).value);
    return {
      rows: [
        { name: 'core without a meter: share of one core', value: 100 * none, unit: '%' },
        { name: `core with ${MODBUS} Modbus and ${HTTP} HTTP meters`, value: 100 * all, unit: '%' },
        { name: 'answers that the meters gave meanwhile', value: answers, unit: '' },
        {
          name: 'the meters alone',
          value: 100 * (all - none),
          unit: '%',
          ratio: { value: (all - none) / ALLOWED, against: 'what is allowed, 5 % of a core' },
        },
      ],
    };
  } finally {
    meters.stdin.end();
  }
}
