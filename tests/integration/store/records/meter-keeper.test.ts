import { expect, it } from 'vitest';
import type { EventInput } from '@shared/model/event';
import type { PowerTree } from '@shared/model/power-tree';
import { defaultSettings } from '@shared/model/settings';
import type { Reading } from '@shared/model/series';
import { LedgerKeeper } from '../../../../src-main/core/energy/ledger-keeper';
import { RoomPower } from '../../../../src-main/core/energy/room-power';
import { RunProcesses } from '../../../../src-main/core/energy/run-processes';
import { MeterKeeper } from '../../../../src-main/core/power/meter-keeper';
import { openForReading } from '../../../../src-main/core/store/file/open';
import { meterEnergy, type MeterEnergyRow } from '../../../../src-main/core/store/records/meter-energy';
import { ledger } from '../../../../src-main/core/store/records/ledger/repository';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { afterThisTest, testWriter } from '../support/stores';

const KWH = 3.6e6;
const noon = Date.UTC(2026, 2, 1, 12);
const GRID: PowerTree = {
  revision: 1,
  places: [
    {
      id: 'grid',
      kind: 'utility',
      name: 'Grid',
      parent: null,
      position: 0,
      device: null,
      meters: [{ device: 'sensor/m', side: 'output', classPercent: 1 }],
    },
  ],
};

/** A room under a meter, tick by tick. */
function room(writer: StoreWriter, firstS = 0) {
  const events: EventInput[] = [];
  const log = (): void => undefined;
  const power = new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 5_000, tree: () => GRID });
  const processes = new RunProcesses({ procRoot: null, logicalCpus: 4 });
  const keeper = new LedgerKeeper({
    table: writer.ledger,
    runs: () => [],
    gpuProcesses: () => [],
    processes,
    onEvent: (event) => void events.push(event),
    log,
  });
  const meters = new MeterKeeper({
    table: writer.meterEnergy,
    readings: power.tree.meters,
    isPlaced: () => true,
    isBookedApart: () => false,
    onEvent: (event) => void events.push(event),
    onCorrection: ({ quarter, joules }) => keeper.correctFacility(quarter, joules),
    log,
  });
  let passedMs = firstS * 1000;
  const tick = (powerW: number | null, valueJ: number | null): void => {
    passedMs += 1000;
    const readings: Reading[] = [
      { device: 'cpu0', label: 'CPU', metric: 'cpu.power', provenance: 'measured', value: 960 },
      { device: 'sensor/m', label: 'Meter', metric: 'meter.power', provenance: 'measured', value: powerW },
      { device: 'sensor/m', label: 'Meter', metric: 'meter.energy.import', provenance: 'measured', value: valueJ },
    ];
    power.derive(noon + passedMs, readings, [], passedMs);
    const point = power.latest;
    if (point === null) throw new Error('no point');
    keeper.tick(point);
    meters.tick(point.atMs, point.passedMs);
  };
  return {
    tick,
    events,
    close: async () => {
      meters.close();
      await keeper.close();
    },
  };
}

function ask<T>(writer: StoreWriter, query: (db: ReturnType<typeof openForReading>) => T): T {
  const db = openForReading(writer.path);
  try {
    return query(db);
  } finally {
    db.close();
  }
}
const quarterOf = (second: number): number => Math.floor((noon + second * 1000) / 900_000);
const context = (db: ReturnType<typeof openForReading>, path: string) => ({
  db,
  databasePath: path,
  binding: null,
  damaged: () => undefined,
  onClose: () => undefined,
});
const metered = (writer: StoreWriter, toS: number): readonly MeterEnergyRow[] =>
  ask(writer, (db) =>
    meterEnergy.queries.sums(
      meterEnergy.prepare(context(db, writer.path)),
      { devices: ['sensor/m', 'sensor/none'], edges: [quarterOf(0), quarterOf(toS) + 1] },
      () => undefined,
    ),
  );
const accounts = (writer: StoreWriter, toS: number): number =>
  ask(writer, (db) =>
    ledger.queries.energy(
      ledger.prepare(context(db, writer.path)),
      { by: 'accounts', fromMs: noon, toMs: noon + toS * 1000, step: 'total', timeZone: 'UTC', limit: 10 },
      () => undefined,
    ),
  ).rows.reduce((sum, { joules }) => sum + (joules[0] ?? 0), 0);

it('books to the accounts together what the meter at the supply counted, not what its power came to', async () => {
  const writer = testWriter();
  const own = room(writer);
  // 1,500 W drawn, by a power that reads 4 % low; the counter tells hundredths of a kWh.
  const shown = (s: number): number => 100 * KWH + Math.floor((s * 1500) / (KWH / 100)) * (KWH / 100);
  for (let s = 1; s <= 2_400; s++) own.tick(1_440, shown(s));
  await own.close();
  const drawnJ = 1500 * 2_399;
  const [row] = metered(writer, 2_400);
  expect(row).toMatchObject({ device: 'sensor/m', flow: 'import' });
  expect(Math.abs((row?.amount[0] ?? 0) - drawnJ)).toBeLessThan(drawnJ * 1e-3 + KWH / 100);
  // Idle, other and infrastructure are what the meter counted.
  expect(Math.abs(accounts(writer, 2_400) - (row?.amount[0] ?? 0))).toBeLessThan(drawnJ * 1e-3);
  expect(own.events).toEqual([]);
});

it('goes on over a restart from where the counter stood: the time between is in the meter, and its energy', async () => {
  const writer = testWriter();
  const first = room(writer);
  for (let s = 1; s <= 600; s++) first.tick(1500, 100 * KWH + s * 1500);
  await first.close();
  const again = room(writer, 1_200);
  for (let s = 1_201; s <= 1_500; s++) again.tick(1500, 100 * KWH + s * 1500);
  await again.close();
  const [row] = metered(writer, 1_500);
  expect(row?.amount[0]).toBeCloseTo(1_499 * 1500, 0);
  expect(row?.knownMs[0]).toBeCloseTo(1_499_000, 0);
});

it('tells of a counter that was reset, and keeps what is booked by power meanwhile', async () => {
  const writer = testWriter();
  const own = room(writer);
  for (let s = 1; s <= 300; s++) own.tick(1500, 100 * KWH + s * 1500);
  for (let s = 301; s <= 600; s++) own.tick(1500, (s - 300) * 1500);
  await own.close();
  expect(own.events).toMatchObject([{ kind: 'counter.changed', code: 'reset', device: 'sensor/m', severity: 'warning' }]);
  expect(metered(writer, 600)[0]?.amount[0]).toBeCloseTo(599 * 1500, -1);
  expect(writer.meterEnergy.marks()).toMatchObject([{ device: 'sensor/m', flow: 'import', mark: { valueJ: 300 * 1500 } }]);
});

it('keeps in memory what the disk refuses, and stores it when it can', () => {
  const writer = testWriter();
  const table = { ...writer.meterEnergy };
  let refuses = true;
  const logged: string[] = [];
  const power = new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 5_000, tree: () => GRID });
  const meters = new MeterKeeper({
    table: {
      ...table,
      add: (booked) => {
        if (refuses) throw new Error('disk full');
        writer.meterEnergy.add(booked);
      },
    },
    readings: power.tree.meters,
    isPlaced: () => true,
    isBookedApart: () => false,
    onEvent: () => undefined,
    onCorrection: () => undefined,
    log: (level, text) => void logged.push(`${level} ${text}`),
  });
  afterThisTest(() => meters.close());
  for (let s = 1; s <= 60; s++) {
    power.derive(
      noon + s * 1000,
      [{ device: 'sensor/m', label: 'M', metric: 'meter.power', provenance: 'measured', value: 1000 }],
      [],
      s * 1000,
    );
    if (s === 40) refuses = false;
    meters.tick(noon + s * 1000, s * 1000);
  }
  meters.close();
  expect(logged).toEqual([expect.stringMatching(/^warn .*cannot be stored/), expect.stringMatching(/^info .*stored again/)]);
  expect(metered(writer, 60)[0]?.amount[0]).toBeCloseTo(59_000, 3);
});
