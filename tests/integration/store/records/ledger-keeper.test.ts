import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Booked } from '@shared/energy/booking';
import type { EventInput } from '@shared/model/event';
import type { GpuProcess } from '@shared/model/processes';
import { quantity, withheld } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import { LedgerKeeper, type LedgerPoint } from '../../../../src-main/core/energy/ledger-keeper';
import type { LiveRun } from '../../../../src-main/core/energy/run-holders';
import { RunProcesses } from '../../../../src-main/core/energy/run-processes';
import { openForReading } from '../../../../src-main/core/store/file/open';
import type { LedgerTable } from '../../../../src-main/core/store/records/ledger/ledger';
import { onlyOnLinux } from '../../../helpers/needs';
import { afterThisTest, testWriter } from '../support/stores';

const noon = Date.UTC(2026, 2, 1, 12);
const reading = (device: string, metric: Reading['metric'], value: number): Reading => ({
  device,
  label: device,
  metric,
  provenance: 'measured',
  value,
});
const gpuProcess = (pid: number, loadPercent: number): GpuProcess => ({
  device: 'gpu0',
  pid,
  name: 'python',
  kind: 'compute',
  memoryB: 1e9,
  loadPercent,
  memoryLoadPercent: null,
});

interface Room {
  readonly table: LedgerTable;
  readonly runs?: readonly LiveRun[];
  readonly gpuProcesses?: readonly GpuProcess[];
  readonly logged?: string[];
  readonly events?: EventInput[];
}

function keeper({ table, runs = [], gpuProcesses = [], logged = [], events = [] }: Room): {
  tick(second: number, readings?: readonly Reading[], gpuW?: number | null): void;
  keeper: LedgerKeeper;
} {
  const processes = new RunProcesses({ procRoot: process.platform === 'linux' ? '/proc' : null, logicalCpus: cpus().length });
  const keeper = new LedgerKeeper({
    table,
    runs: () => runs,
    gpuProcesses: () => gpuProcesses,
    processes,
    onEvent: (event) => events.push(event),
    log: (level, text) => logged.push(`${level} ${text}`),
  });
  afterThisTest(() => keeper.close());
  const tick = (second: number, readings: readonly Reading[] = [], gpuW: number | null = 200): void => {
    const devices: LedgerPoint['devices'] = [
      { device: 'gpu0', powerW: gpuW === null ? withheld('W', 'no-sensor') : quantity(gpuW, 'W', 'measured') },
      { device: 'cpu0', powerW: quantity(100, 'W', 'measured') },
      { device: 'host', powerW: quantity(40, 'W', 'modelled') },
    ];
    keeper.note(readings, []);
    keeper.tick({
      atMs: noon + second * 1000,
      passedMs: second * 1000,
      devices,
      meteredNodes: [],
      facilityPowerW: gpuW === null ? withheld('W', 'no-sensor') : quantity(500, 'W', 'modelled'),
    });
  };
  return { tick, keeper };
}

/** What is stored, by place and account. */
function stored(path: string): Record<string, number> {
  const db = openForReading(path);
  try {
    const rows = db
      .query<{ key: string; joules: number }>(
        "SELECT device || ' ' || name AS key, sum(joules) AS joules FROM ledger JOIN ledger_place p ON p.id = place_id JOIN ledger_account a ON a.id = account_id GROUP BY 1",
      )
      .all();
    return Object.fromEntries(rows.map(({ key, joules }) => [key, joules]));
  } finally {
    db.close();
  }
}

describe('the keeper of the ledger', () => {
  it('books a GPU by its counter to the run whose process holds it, and everything to somebody', async () => {
    const writer = testWriter();
    const { tick, keeper: kept } = keeper({
      table: writer.ledger,
      runs: [{ runId: 'a', pid: process.pid, usesGpu: true }],
      gpuProcesses: [gpuProcess(process.pid, 90)],
    });
    // The counter tells 210 J a second where the power, a mean of the second before, says 200 W.
    for (let second = 0; second <= 10; second++)
      tick(second, [reading('gpu0', 'gpu.energy', 7_000 + second * 210), reading('host', 'cpu.load', 50)]);
    await kept.close();
    const rows = stored(writer.path);
    expect(rows['gpu0 run:a']).toBeCloseTo(2_100, 6);
    const total = Object.values(rows).reduce((sum, joules) => sum + joules, 0);
    expect(total).toBeCloseTo(5_000, 6);
    expect(rows['room infrastructure']).toBeCloseTo(5_000 - 2_100 - 1_000 - 400, 6);
  });

  it('books a GPU whose counter never moves by its power, says so and when it counts again', async () => {
    const writer = testWriter();
    const events: EventInput[] = [];
    const { tick, keeper: kept } = keeper({ table: writer.ledger, events });
    const shown = (second: number): number => 7_000 + Math.max(0, second - 100) * 200;
    expect(kept.counters.doctor()).toEqual([]);
    tick(0, [reading('gpu0', 'gpu.energy', shown(0))]);
    expect(kept.counters.doctor()).toMatchObject([{ id: 'sensor.energy-counters', state: 'works' }]);
    for (let second = 1; second <= 100; second++) tick(second, [reading('gpu0', 'gpu.energy', shown(second))]);
    expect(events).toEqual([
      {
        atMs: noon + 60_000,
        device: 'gpu0',
        kind: 'counter.failing',
        code: 'standing',
        severity: 'warning',
        text: message('message.event.counter.standing', { drawnW: 200 }),
        values: { countedJ: 0, drawnJ: 12_000, seconds: 60 },
      },
    ]);
    expect(kept.counters.doctor()).toMatchObject([
      {
        state: 'failing',
        detail: message('message.counter.failing', { devices: 'gpu0', why: message('message.event.counter.standing', { drawnW: 200 }) }),
      },
    ]);
    for (let second = 101; second <= 200; second++) tick(second, [reading('gpu0', 'gpu.energy', shown(second))]);
    expect(events.slice(1)).toMatchObject([{ atMs: noon + 101_000, kind: 'counter.recovered' }]);
    expect(kept.counters.doctor()).toMatchObject([{ state: 'works' }]);
    await kept.close();
    const rows = stored(writer.path);
    expect(Object.entries(rows).reduce((sum, [key, joules]) => sum + (key.startsWith('gpu0') ? joules : 0), 0)).toBeCloseTo(200 * 200, 6);
  });

  it('books a foreign process on the GPU to other work, and load without a run to it by its share', async () => {
    const writer = testWriter();
    const { tick, keeper: kept } = keeper({ table: writer.ledger, gpuProcesses: [gpuProcess(1, 50)] });
    for (let second = 0; second <= 4; second++) tick(second, [reading('host', 'cpu.load', 25)]);
    await kept.close();
    const rows = stored(writer.path);
    expect(rows['gpu0 other']).toBeCloseTo(800, 6);
    expect([rows['cpu0 other'], rows['cpu0 idle'], rows['host other'], rows['host idle']].map((joules) => Math.round(joules ?? 0))).toEqual(
      [100, 300, 40, 120],
    );
  });

  it('measures the CPU time of a run with its children, by its real processes', onlyOnLinux, async () => {
    // A shell that leads a group of its own and has a child spin.
    const child = spawn('sh', ['-c', 'node -e "process.stdout.write(String(process.pid)); for (;;);" & wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = child.pid ?? 0;
    afterThisTest(() => {
      process.kill(-pid, 'SIGKILL');
    });
    const [spinner] = (await once(child.stdout, 'data')) as [Buffer];
    const processes = new RunProcesses({ procRoot: '/proc', logicalCpus: 1 });
    const live = new Map([['a', pid]]);
    expect(processes.use(live, 0)).toEqual([{ runId: 'a', share: null }]);
    await processes.close();
    expect(processes.runOf(Number(spinner.toString()))).toBe('a');
    expect(processes.runOf(process.pid)).toBeNull();
    processes.use(live, 1);
    let used = 0;
    // Until the kernel's coarse accounts have shown it: no matter how long that takes on a busy machine.
    for (let at = 2; used === 0; at++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      used = processes.use(live, at)[0]?.share ?? 0;
    }
    expect(used).toBeGreaterThan(0);
    expect(processes.use(new Map(), 1e6)).toEqual([]);
    expect(processes.runOf(pid)).toBeNull();
  });

  it('goes on in memory while the disk refuses, and stores all of it later', async () => {
    const writer = testWriter();
    const logged: string[] = [];
    let refuses = true;
    const table: LedgerTable = {
      ...writer.ledger,
      add: (booked: Booked) => {
        if (refuses) throw new Error('disk full');
        writer.ledger.add(booked);
      },
    };
    const { tick, keeper: kept } = keeper({ table, logged });
    for (let second = 0; second <= 40; second++) tick(second);
    expect(stored(writer.path)).toEqual({});
    refuses = false;
    for (let second = 41; second <= 60; second++) tick(second);
    await kept.close();
    expect(stored(writer.path)['gpu0 idle']).toBeCloseTo(60 * 200, 6);
    expect(logged).toEqual([
      'warn the ledger of energy cannot be stored, it goes on in memory: Error: disk full',
      'info the ledger of energy is stored again',
    ]);
  });

  it('books a silent part as unknown time and nothing as infrastructure beside it', async () => {
    const writer = testWriter();
    const { tick, keeper: kept } = keeper({ table: writer.ledger });
    for (let second = 0; second <= 10; second++) tick(second, [], second >= 4 && second < 7 ? null : 200);
    await kept.close();
    const db = openForReading(writer.path);
    afterThisTest(() => db.close());
    const of = (device: string): unknown =>
      db
        .query(
          'SELECT sum(known_ms) AS known, sum(unknown_ms) AS unknown FROM ledger WHERE place_id = (SELECT id FROM ledger_place WHERE device = ?)',
        )
        .get(device);
    expect(of('gpu0')).toEqual({ known: 6_000, unknown: 4_000 });
    expect(of('room')).toEqual({ known: 6_000, unknown: 4_000 });
    expect(of('cpu0')).toEqual({ known: 10_000, unknown: 0 });
  });
});
