import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookingOf, type AccountName, type Booking } from '../../src-shared/energy/booking';
import { QUARTER_MS } from '../../src-shared/energy/quarters';
import { EnergyQuery } from '../../src-shared/model/energy';
import { LedgerKeeper } from '../../src-main/core/energy/ledger-keeper';
import { RunProcesses } from '../../src-main/core/energy/run-processes';
import { openForReading } from '../../src-main/core/store/file/open';
import { quantity } from '../../src-shared/model/provenance';
import { openReader } from '../../src-main/core/store/reader';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { random } from '../helpers/random';
import { quantile, type Row } from './figures';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NODES = 64;
const GPUS = 8;
const RUNS = 10_000;
/** Fewer for a quick look: COLDAISLE_BENCH_LEDGER_DAYS. */
const DAYS = Math.min(365, Math.max(1, Number(process.env['COLDAISLE_BENCH_LEDGER_DAYS'] ?? 365) || 365));
const FROM_MS = Date.UTC(2025, 10, 1);
const TIMES = 9;

/** What a node's parts drew in one hour: its GPUs for the run on it, the processors and the rest for the run and nobody. */
function hourOf(node: number, quarter: number, run: AccountName, rand: () => number): Booking[] {
  const one = (place: string, account: AccountName, watts: number, share: number): Booking => ({
    ...bookingOf(quarter, account, place),
    joules: watts * 3_600 * share,
    meteredJ: watts * 3_600 * share,
    knownMs: HOUR_MS * share,
    allocated: share < 1,
  });
  const id = `node/node-${String(node).padStart(2, '0')}`;
  const gpus = Array.from({ length: GPUS }, (_, i) => one(`${id}/gpu${i}`, run, 300 + 400 * rand(), 1));
  return [...gpus, ...[`${id}/cpu0`, `${id}/cpu1`, id].flatMap((place) => [one(place, run, 200, 0.7), one(place, 'idle', 200, 0.3)])];
}

/** Two days of a hall by quarters: what a year of them takes before and after they are packed. */
function packing(dataDir: string): Row[] {
  const writer = openWriter({ dataDir });
  const rand = random(5);
  const quarters = 2 * 96;
  let rows = 0;
  for (let i = 0; i < quarters; i++) {
    const bookings: Booking[] = [];
    for (let node = 0; node < NODES; node++)
      for (const one of hourOf(node, FROM_MS / QUARTER_MS + i, `run:${node + Math.floor(i / 50)}`, rand))
        bookings.push({ ...one, joules: one.joules / 4, meteredJ: one.meteredJ / 4, knownMs: one.knownMs / 4 });
    rows += bookings.length;
    writer.ledger.add({ bookings, shares: [], gaps: [], places: [], left: [], untilMs: null });
  }
  const db = openForReading(writer.path);
  const sizes = db.query<{ rows: number; blocks: number; sums: number }>(
    `SELECT (SELECT count(*) FROM ledger) AS rows, (SELECT coalesce(sum(length(body)), 0) FROM ledger_block) AS blocks,
       (SELECT sum(length(body)) FROM ledger_sum) AS sums`,
  );
  const left = (): { rows: number; blocks: number; sums: number } => sizes.get() ?? { rows: 0, blocks: 0, sums: 0 };
  const pages = db.query<{ bytes: number }>(
    'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
  );
  const before = pages.get()?.bytes ?? 0;
  const startedCpu = process.cpuUsage();
  let steps = 0;
  for (; left().rows > 0; steps++) writer.ledger.compact(FROM_MS + 3 * DAY_MS);
  const { user, system } = process.cpuUsage(startedCpu);
  const packMs = (user + system) / 1000;
  const after = pages.get()?.bytes ?? 0;
  const fine = left();
  db.close();
  writer.close();
  const year = (bytes: number): number => (bytes * 365) / 2 / 1e6;
  return [
    { name: 'a year of a hall by quarters, not packed', value: year(before), unit: 'MB' },
    { name: 'the same packed', value: year(after), unit: 'MB' },
    { name: 'bytes of an entry, packed', value: fine.blocks / rows, unit: 'B' },
    { name: 'sums of a year', value: year(fine.sums), unit: 'MB' },
    { name: 'packing an hour of a hall, CPU', value: packMs / steps, unit: 'ms' },
  ];
}

/** A ledger of a year of a hall, every hour of it booked as a quarter: days and hours are as full as they would be. */
function fill(dataDir: string): { path: string; rows: number; perSecond: number } {
  const writer = openWriter({ dataDir });
  const rand = random(11);
  const runsADay = RUNS / 365;
  let rows = 0;
  const startedMs = performance.now();
  for (let day = 0; day < DAYS; day++) {
    const bookings: Booking[] = [];
    for (let hour = 0; hour < 24; hour++) {
      const quarter = (FROM_MS + day * DAY_MS + hour * HOUR_MS) / QUARTER_MS;
      // A run holds a node for about two days.
      for (let node = 0; node < NODES; node++)
        bookings.push(...hourOf(node, quarter, `run:${Math.floor((day + node / NODES) * runsADay + (node % Math.ceil(runsADay)))}`, rand));
      bookings.push({ ...bookingOf(quarter, 'infrastructure', 'room'), joules: 1e8, itJ: 1e9, knownMs: HOUR_MS });
    }
    rows += bookings.length;
    writer.ledger.add({ bookings, shares: [], gaps: [], places: [], left: [], untilMs: null });
  }
  const perSecond = rows / ((performance.now() - startedMs) / 1000);
  const { path } = writer;
  writer.close();
  return { path, rows, perSecond };
}

const queries: readonly (readonly [name: string, query: Omit<Parameters<typeof EnergyQuery.parse>[0] & object, 'fromMs' | 'toMs'>])[] = [
  ['accounts of a year by day, local', { by: 'accounts', step: 'day', timeZone: 'Asia/Shanghai' }],
  ['accounts of a year by hour', { by: 'accounts', step: 'hour', timeZone: 'UTC' }],
  [`${RUNS.toLocaleString('en')} runs of a year, each in all`, { by: 'runs', step: 'total', timeZone: 'Asia/Shanghai' }],
  ['704 devices of a year by month, local', { by: 'devices', step: 'month', timeZone: 'Asia/Shanghai', limit: 10_000 }],
  ['500 devices of a year by day, local', { by: 'devices', step: 'day', timeZone: 'Asia/Shanghai', limit: 500 }],
  ['704 devices of a year, each in all', { by: 'devices', step: 'total', timeZone: 'UTC' }],
];

/** Two minutes of a hall’s ticks through the keeper into the real store: what a second of it takes, ms of CPU time. */
async function hallTick(dataDir: string): Promise<number> {
  const writer = openWriter({ dataDir });
  const processes = new RunProcesses({ procRoot: null, logicalCpus: 1 });
  const keeper = new LedgerKeeper({
    table: writer.ledger,
    runs: () => [],
    gpuProcesses: () => [],
    processes,
    onEvent: () => undefined,
    log: () => undefined,
  });
  const places = hourOf(0, 0, 'idle', random(3)).map(({ place }) => place.slice('node/node-00'.length));
  const own = [...new Set(places)];
  const devices = Array.from({ length: NODES }, (_, node) => own.map((part) => `node/node-${node}${part}`)).flat();
  const keys = devices
    .filter((device) => device.includes('gpu'))
    .map((device) => {
      return { device, label: '', metric: 'gpu.load', provenance: 'simulated' } as const;
    });
  const columns = [
    { source: { id: 'hall', keys, read: () => undefined, doctor: () => [] }, values: new Float64Array(keys.length).fill(80) },
  ];
  const seconds = 120;
  const startedCpu = process.cpuUsage();
  for (let second = 0; second < seconds; second++) {
    keeper.note([], columns);
    const powerW = quantity(300 + (second % 7), 'W', 'simulated');
    keeper.tick({
      atMs: FROM_MS + second * 1000,
      passedMs: second * 1000,
      devices: devices.map((device) => ({ device, powerW })),
      meteredNodes: [],
      facilityPowerW: quantity(400_000, 'W', 'simulated'),
    });
  }
  await keeper.close();
  writer.close();
  const { user, system } = process.cpuUsage(startedCpu);
  return (user + system) / 1000 / seconds;
}

export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-ledger-'));
  const rows: Row[] = [];
  try {
    const tickMs = await hallTick(join(dataDir, 'hall'));
    rows.push({
      name: 'a second of a hall of 704 parts, CPU',
      value: tickMs,
      unit: 'ms',
      ratio: { value: tickMs / 1000, against: 'a core' },
    });
    rows.push(...packing(join(dataDir, 'packing')));
    const { path, rows: booked, perSecond } = fill(dataDir);
    rows.push({ name: `rows booked (${(booked / 1e6).toFixed(1)} M in ${DAYS} d)`, value: perSecond, unit: 'rows/s' });
    const reader = openReader({ databasePath: path, workerPath: await bundleEntry('src-main/core/store/reader-worker.ts') });
    const db = openForReading(path);
    try {
      const range = { fromMs: FROM_MS, toMs: FROM_MS + DAYS * DAY_MS };
      const plain = db.query(
        'SELECT account_id, sum(joules), sum(known_ms) FROM ledger WHERE quarter >= ? AND quarter < ? GROUP BY account_id',
      );
      const startedMs = performance.now();
      plain.all(range.fromMs / QUARTER_MS, range.toMs / QUARTER_MS);
      const plainMs = performance.now() - startedMs;
      // The thread's code has run before.
      for (const [, question] of queries) await reader.ledger.energy(EnergyQuery.parse({ ...question, ...range }));
      for (const [name, question] of queries) {
        const query = EnergyQuery.parse({ ...question, ...range });
        const times: number[] = [];
        const before = process.cpuUsage();
        for (let i = 0; i < TIMES; i++) {
          const askedMs = performance.now();
          await reader.ledger.energy(query);
          times.push(performance.now() - askedMs);
        }
        const { user, system } = process.cpuUsage(before);
        const own = quantile(times, 0.95);
        rows.push({
          name: `${name}, p95 (CPU ${Math.round((user + system) / 1000 / TIMES)} ms)`,
          value: own,
          unit: 'ms',
          ratio: { value: own / plainMs, against: `SQLite's sum of the rows (${Math.round(plainMs)} ms)` },
        });
      }
    } finally {
      db.close();
      await reader.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { rows };
}
