import { describe, expect, it } from 'vitest';
import { QUARTER_MS } from '@shared/energy/quarters';
import { quantity, withheld, type Quantity } from '@shared/model/provenance';
import type { Run, RunEnergy } from '@shared/model/run';
import { LedgerKeeper } from '../../../../src-main/core/energy/ledger-keeper';
import { lostBill, LostBills, type LostBillsOptions } from '../../../../src-main/core/energy/lost-bills';
import { PriceLists } from '../../../../src-main/core/energy/price-lists';
import type { RoomPoint } from '../../../../src-main/core/energy/room-power';
import { RunBilling } from '../../../../src-main/core/energy/run-billing';
import type { LiveRun } from '../../../../src-main/core/energy/run-holders';
import { RunProcesses } from '../../../../src-main/core/energy/run-processes';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { temporaryFolder, testRun, testWriter } from '../support/stores';

/** A quarter of an hour begins. */
const START_MS = Date.UTC(2026, 2, 1, 12);

/** A machine with one GPU of 300 W, a processor of 100 W and a facility of 600 W, and whoever runs on it. */
class Bench {
  readonly bills = new Map<string, RunEnergy[]>();
  readonly prices: PriceLists;
  readonly keeper: LedgerKeeper;
  readonly billing: RunBilling;
  settings = { tariff: { currency: 'EUR', pricePerKwh: 0.3 }, carbon: { gridKgPerKwh: 0.4 } };
  live: LiveRun[] = [];
  /** The wall clock may be set; what passes passes. */
  wallMs = START_MS;
  passedMs = 1000;
  isLocal = true;
  excluded: string[] = [];

  constructor(readonly writer: StoreWriter) {
    const wallMs = (): number => this.wallMs;
    const log = (): void => undefined;
    this.prices = new PriceLists({ table: writer.priceLists, settings: () => this.settings, wallMs, log });
    this.keeper = new LedgerKeeper({
      table: writer.ledger,
      runs: () => this.live,
      gpuProcesses: () => [],
      processes: new RunProcesses({ procRoot: null, logicalCpus: 1 }),
      onEvent: log,
      log,
    });
    this.billing = new RunBilling({
      ledger: this.keeper,
      prices: this.prices,
      setEnergy: (id, energy) => this.bills.set(id, [...(this.bills.get(id) ?? []), energy]),
      wallMs,
      passedAt: (atMs) => this.passedMs - (this.wallMs - atMs),
    });
  }

  begin(id: string): Run {
    const run = testRun({ id, engine: 'cuda', status: 'running', startedAtMs: this.wallMs, endedAtMs: null, energy: null });
    this.live = [...this.live, { runId: id, pid: undefined, usesGpu: true }];
    this.billing.onRun(run);
    return run;
  }

  end(run: Run): void {
    this.live = this.live.filter(({ runId }) => runId !== run.id);
    this.billing.onRun({ ...run, status: 'succeeded', endedAtMs: this.wallMs });
  }

  ticks(seconds: number, gpuW: number | null = 300): void {
    for (let i = 0; i < seconds; i++) {
      this.wallMs += 1000;
      this.passedMs += 1000;
      this.tick(gpuW);
    }
  }

  tick(gpuW: number | null = 300): void {
    const q = (value: number | null): Quantity => (value === null ? withheld('W', 'stale') : quantity(value, 'W', 'measured'));
    const devices = [
      { device: 'gpu0', label: 'gpu0', powerW: q(gpuW) },
      { device: 'cpu0', label: 'cpu0', powerW: q(100) },
    ];
    const itW = gpuW === null ? null : gpuW + 100;
    const point: RoomPoint = {
      atMs: this.wallMs,
      passedMs: this.passedMs,
      ratedW: 1000,
      itPowerW: q(itW),
      localItPowerW: this.isLocal ? q(itW) : null,
      facilityPowerW: q(itW === null ? null : itW * 1.5),
      powerRatio: quantity(1.5, '1', 'derived'),
      meteredItShare: 1,
      devices: this.isLocal ? devices : devices.map((one) => ({ ...one, device: `node/a/${one.device}` })),
      meteredNodes: [],
      parts: [],
      meters: [],
      uncounted: this.excluded.map((device) => ({ device, label: device, why: 'excluded' as const })),
      silent: [],
      tree: {
        atMs: this.wallMs,
        revision: 0,
        places: [],
        branches: [],
        meters: [],
        facility: 'none',
        open: [],
        facilityW: q(itW === null ? null : itW * 1.5),
        modelledW: q(itW === null ? null : itW * 1.5),
        modelFits: [],
        modelOutside: [],
      },
      facilityMeters: [],
    };
    this.keeper.note([{ device: 'host', label: 'host', metric: 'cpu.load', provenance: 'measured', value: 50 }], []);
    this.keeper.tick(point);
    this.billing.onRoom(point);
  }

  last(id: string): RunEnergy {
    const bill = this.bills.get(id)?.at(-1);
    if (bill === undefined) throw new Error(`run ${id} has no bill`);
    return bill;
  }
}

const ended = (run: Run, endedAtMs: number, over: Partial<Run> = {}): Run => ({
  ...run,
  status: 'failed',
  failure: { code: 'core-lost', message: 'the core was lost' },
  endedAtMs,
  ...over,
});
const from = (writer: StoreWriter, lists: PriceLists, over: Partial<LostBillsOptions> = {}): LostBillsOptions => ({
  ledger: writer.ledger,
  lists: () => lists.all,
  simulated: false,
  runsUnderWay: () => [],
  setEnergy: () => undefined,
  log: () => undefined,
  ...over,
});

describe('the bill of a run under way', () => {
  it('keeps the peak that the core before this one saw', async () => {
    const writer = testWriter();
    const first = new Bench(writer);
    first.tick();
    const run = first.begin('r1');
    first.ticks(5, 900);
    await first.keeper.close();
    const second = new Bench(writer);
    [second.wallMs, second.live] = [first.wallMs, first.live];
    second.tick();
    second.billing.onRun({ ...run, energy: first.last('r1') });
    second.ticks(5, 100);
    expect([first.last('r1').peakItW.value, second.last('r1').peakItW.value]).toEqual([950, 950]);
  });

  it('is what the ledger books to it, tick by tick, and the same when it is made of what is stored', async () => {
    const writer = testWriter();
    const bench = new Bench(writer);
    bench.tick();
    const run = bench.begin('r1');
    bench.ticks(10);
    // Its GPU, and half of the processor, which is busy for half of its time; 200 W of facility for 400 W of IT.
    expect(bench.last('r1')).toMatchObject({ final: false, spanMs: 10_000, allocated: { runs: [], ofRoom: true, byUse: true } });
    expect(bench.last('r1').itJ).toMatchObject({ value: 3500, coverage: 1, provenance: 'derived' });
    expect(bench.last('r1').infrastructureJ.value).toBeCloseTo(1750, 6);
    expect(bench.last('r1').peakItW.value).toBe(350);
    bench.ticks(2000);
    bench.end(run);
    bench.ticks(1);
    const bill = bench.last('r1');
    expect(bill).toMatchObject({ final: true, spanMs: 2_010_000 });
    expect(bill.itJ.value).toBeCloseTo(2010 * 350, 6);
    expect(bill.facilityJ.value).toBeCloseTo(2010 * 525, 6);
    expect(bill.cost.value).toBeCloseTo((2010 * 525 * 0.3) / 3.6e6, 8);
    const count = bench.bills.get('r1')?.length;
    bench.ticks(5);
    expect(bench.bills.get('r1')).toHaveLength(count ?? 0);
    await bench.keeper.close();
    const again = await lostBill(ended(run, START_MS + 2_010_000), from(writer, bench.prices));
    expect(again?.itJ.value).toBeCloseTo(bill.itJ.value ?? 0, 6);
    expect(again?.facilityJ.value).toBeCloseTo(bill.facilityJ.value ?? 0, 6);
    expect(again?.lines).toMatchObject(bill.lines.map(({ priceListId, fromMs, toMs }) => ({ priceListId, fromMs, toMs })));
  });

  it('goes on at another price from the next quarter on, and a bill made before stays as it was', () => {
    const bench = new Bench(testWriter());
    bench.tick();
    const first = bench.begin('r1');
    bench.ticks(10);
    bench.end(first);
    bench.ticks(1);
    const before = structuredClone(bench.last('r1'));
    bench.settings = { ...bench.settings, tariff: { currency: 'EUR', pricePerKwh: 0.6 } };
    bench.prices.settingsChanged();
    bench.prices.settingsChanged();
    const second = bench.begin('r2');
    bench.ticks(QUARTER_MS / 1000);
    bench.end(second);
    bench.ticks(1);
    expect(bench.prices.all.map(({ id, fromMs, pricePerKwh }) => [id, fromMs, pricePerKwh])).toEqual([
      [1, 0, 0.3],
      [2, START_MS + 11_000, 0.6],
    ]);
    expect(bench.last('r1')).toEqual(before);
    expect(bench.last('r2').lines.map(({ priceListId, energyJ }) => [priceListId, Math.round(energyJ)])).toEqual([
      [1, (QUARTER_MS / 1000 - 11) * 525],
      [2, 11 * 525],
    ]);
    // The versions are there after a restart, and no new one is made.
    const bench2 = new Bench(bench.writer);
    bench2.settings = bench.settings;
    expect(bench2.prices.all.slice(0, 2)).toEqual(bench.prices.all);
  });

  it.each([
    ['set back by an hour', -3_600_000],
    ['set ahead by a year', 365 * 86_400_000],
  ])('is of the time that passed when the wall clock is %s', (_, byMs) => {
    const bench = new Bench(testWriter());
    bench.tick();
    const run = bench.begin('r1');
    bench.ticks(20);
    bench.wallMs += byMs;
    bench.ticks(20);
    bench.end(run);
    bench.ticks(1);
    expect(bench.last('r1')).toMatchObject({ final: true, spanMs: 40_000, itJ: { coverage: 1 } });
    expect(bench.last('r1').itJ.value).toBeCloseTo(40 * 350, 6);
  });

  it('begins and ends between two ticks', () => {
    const bench = new Bench(testWriter());
    bench.tick();
    bench.wallMs += 250;
    bench.passedMs += 250;
    const run = bench.begin('r1');
    bench.wallMs += 750;
    bench.passedMs += 750;
    bench.tick();
    bench.ticks(4);
    bench.wallMs += 400;
    bench.passedMs += 400;
    bench.end(run);
    bench.wallMs += 600;
    bench.passedMs += 600;
    bench.tick();
    expect(bench.last('r1')).toMatchObject({ final: true, spanMs: 5_150, itJ: { coverage: 1 } });
    expect(bench.last('r1').itJ.value).toBeCloseTo(5.15 * 350, 6);
    const short = bench.begin('r2');
    bench.wallMs += 500;
    bench.passedMs += 500;
    bench.end(short);
    bench.wallMs += 500;
    bench.passedMs += 500;
    bench.tick();
    expect(bench.last('r2').itJ.value).toBeCloseTo(0.5 * 350, 6);
  });

  it('is whole of what was metered, whatever was not known in the same quarter before it began', () => {
    const bench = new Bench(testWriter());
    bench.tick();
    // The first seconds of a core: the facility is not known while a part is silent.
    bench.ticks(3, null);
    bench.ticks(1);
    const run = bench.begin('r1');
    bench.ticks(5);
    bench.end(run);
    bench.ticks(1, null);
    const bill = bench.last('r1');
    expect(bill).toMatchObject({ final: true, itJ: { coverage: 1 }, facilityJ: { coverage: 1 }, cost: { coverage: 1 } });
    expect(bill.itJ.value).toBeCloseTo(5 * 350, 6);
    expect(bill.facilityJ.value).toBeCloseTo(5 * 525, 6);
  });

  it('that begins before its core meters anything has the time until then as unmetered', () => {
    const bench = new Bench(testWriter());
    const run = bench.begin('r1');
    bench.wallMs += 1000;
    bench.passedMs += 1000;
    bench.tick();
    bench.ticks(4);
    bench.end(run);
    bench.ticks(1);
    const bill = bench.last('r1');
    expect(bill).toMatchObject({ spanMs: 5000, itJ: { coverage: 0.8 }, facilityJ: { coverage: 0.8 }, cost: { coverage: 0.8 } });
    expect(bill.itJ.value).toBeCloseTo(4 * 350, 6);
    expect(bill.facilityJ.value).toBeCloseTo(4 * 525, 6);
    // The mean is that of the time it was metered.
    expect(bill.meanItW.value).toBeCloseTo(350, 6);
  });

  it('has the silence of its devices, and a sleep of the machine, as unknown time', () => {
    const bench = new Bench(testWriter());
    bench.tick();
    bench.begin('r1');
    bench.ticks(6);
    bench.ticks(3, null);
    bench.ticks(3);
    // Between 100 W of a silent GPU and a known one, four stretches are not known; the processor is.
    expect(bench.last('r1').itJ.coverage).toBeCloseTo(1 - 4 / (12 * 1.5), 6);
    expect(bench.last('r1').facilityJ.coverage).toBeCloseTo(8 / 12, 6);
    bench.wallMs += 3_600_000;
    bench.passedMs += 3_600_000;
    bench.ticks(40);
    const bill = bench.last('r1');
    expect(bill.spanMs).toBe(3_600_000 + 52_000);
    expect(bill.itJ).toMatchObject({ value: null, withheld: 'low-coverage' });
  });

  it('shares a device among the runs on it, names them and what a person left out, and forgets what is deleted', () => {
    const bench = new Bench(testWriter());
    bench.tick();
    const one = bench.begin('r1');
    bench.ticks(10);
    bench.excluded = ['gpu9'];
    bench.begin('r2');
    bench.ticks(10);
    bench.end(one);
    bench.excluded = [];
    bench.ticks(1);
    expect(bench.last('r1')).toMatchObject({ final: true, allocated: { runs: ['r2'] }, excludedDevices: ['gpu9'] });
    expect((bench.last('r1').itJ.value ?? 0) + (bench.last('r2').itJ.value ?? 0)).toBeCloseTo(21 * 350, 6);
    bench.billing.forget('r2');
    const count = bench.bills.get('r2')?.length;
    bench.ticks(3);
    expect(bench.bills.get('r2')).toHaveLength(count ?? 0);
  });

  it('tells nothing in a room that this machine is no node of, and is final when the core ends', () => {
    const bench = new Bench(testWriter());
    bench.isLocal = false;
    bench.tick();
    const run = bench.begin('r1');
    bench.ticks(3);
    expect(bench.last('r1')).toMatchObject({ final: false, itJ: { withheld: 'simulated-room' }, cost: { unit: 'EUR' } });
    bench.end(run);
    bench.ticks(1);
    expect(bench.last('r1').final).toBe(true);
    bench.begin('r3');
    bench.ticks(1);
    bench.billing.flush();
    expect(bench.last('r3')).toMatchObject({ final: true, itJ: { withheld: 'simulated-room' }, cost: { withheld: 'simulated-room' } });
    bench.ticks(10);
    bench.isLocal = true;
    bench.ticks(1);
    bench.begin('r2');
    bench.ticks(5);
    bench.billing.flush();
    expect(bench.last('r2')).toMatchObject({ final: true, itJ: { coverage: 1 } });
  });
});

describe('a run whose core was lost', () => {
  it('is billed what was booked until then, the time that the crash took as unknown, at the prices of then', async () => {
    const writer = testWriter();
    const bench = new Bench(writer);
    bench.tick();
    const run = bench.begin('r1');
    // Stored at the 15th and the 30th second; what follows is lost with the core.
    bench.ticks(40);
    const stored = writer.ledger.bookedUntil().get('gpu0') ?? 0;
    expect(stored).toBeGreaterThan(START_MS + 25_000);
    bench.settings = { ...bench.settings, tariff: { currency: 'EUR', pricePerKwh: 9 } };
    bench.wallMs += 3_600_000;
    const later = new Bench(writer);
    later.settings = bench.settings;
    later.wallMs = bench.wallMs;
    later.prices.settingsChanged();
    const bill = await lostBill(ended(run, START_MS + 40_000), from(writer, later.prices));
    const seconds = (stored - START_MS) / 1000;
    expect(bill?.itJ.value).toBeCloseTo(seconds * 350, 6);
    expect(bill?.itJ.coverage).toBeCloseTo(seconds / 40, 6);
    expect(bill).toMatchObject({ final: true, spanMs: 40_000, pricePerKwh: 0.3 });
    // After the first tick the same is told by the gap.
    later.tick();
    await later.keeper.close();
    expect(await lostBill(ended(run, START_MS + 40_000), from(writer, later.prices))).toEqual(bill);
  });

  it('goes on in the same account when it is found alive', () => {
    const writer = testWriter();
    const bench = new Bench(writer);
    bench.tick();
    const run = bench.begin('r1');
    bench.ticks(1000);
    const until = writer.ledger.bookedUntil().get('gpu0') ?? 0;
    const later = new Bench(writer);
    later.wallMs = bench.wallMs + 60_000;
    later.passedMs = 5_000;
    later.live = bench.live;
    later.billing.onRun({ ...run, energy: bench.last('r1') });
    later.tick();
    later.ticks(940);
    const bill = later.last('r1');
    const bookedS = (until - START_MS) / 1000 + 940;
    expect(bill.spanMs).toBe(2_000_000);
    expect(bill.itJ.value).toBeCloseTo(bookedS * 350, 6);
    expect(bill.itJ.coverage).toBeCloseTo(bookedS / 2000, 3);
  });

  it('keeps the last bill its core made where there was no ledger, and is billed once', async () => {
    const writer = testWriter(temporaryFolder());
    const bench = new Bench(writer);
    bench.tick();
    const run = bench.begin('r1');
    bench.ticks(20);
    const old = { ...bench.last('r1'), basis: 'samples' as const };
    const unknown = ended({ ...run, id: 'old', energy: old }, START_MS + 20_000);
    const made: [string, RunEnergy][] = [];
    const never = ended({ ...run, id: 'never', energy: null }, START_MS + 20_000, { startedAtMs: null });
    const bills = new LostBills(
      from(writer, bench.prices, {
        setEnergy: (id, energy) => made.push([id, energy]),
      }),
    );
    const done = ended({ ...run, id: 'done', energy: { ...old, final: true } }, START_MS);
    for (const one of [ended(run, START_MS + 20_000), unknown, never, done]) bills.add(one);
    await bills.close();
    const all = new LostBills(from(writer, bench.prices, { setEnergy: (id, energy) => made.push([id, energy]) }));
    for (const one of [unknown, never, unknown]) all.add(one);
    while (made.filter(([id]) => id === 'old').length === 0) await new Promise(setImmediate);
    await all.close();
    expect(made.find(([id]) => id === 'old')?.[1]).toEqual({ ...old, final: true });
    expect(made.some(([id]) => id === 'never')).toBe(false);
    expect(await lostBill(ended(run, START_MS + 5), from(writer, bench.prices, { simulated: true }))).toMatchObject({
      final: true,
      cost: { withheld: 'simulated-room', unit: 'EUR' },
    });
  });
});
