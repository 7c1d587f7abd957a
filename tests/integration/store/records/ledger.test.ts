import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingOf, type AccountName, type Booked, type Booking } from '@shared/energy/booking';
import { Ledger } from '@shared/energy/ledger';
import { QUARTER_MS } from '@shared/energy/quarters';
import { EnergyQuery, type EnergyAnswer } from '@shared/model/energy';
import type { MetricId } from '@shared/model/metrics';
import { provenances } from '@shared/model/provenance';
import { openLedgerQuery } from '../../../../src-main/core/store/records/ledger/query';
import { openForReading } from '../../../../src-main/core/store/file/open';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { openWriter } from '../../../../src-main/core/store/writer';
import { afterThisTest, seriesKey, temporaryFolder, testReader, testWriter } from '../support/stores';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const booking = (atMs: number, account: AccountName, place: string, joules: number, more: Partial<Booking> = {}): Booking => ({
  ...bookingOf(Math.floor(atMs / QUARTER_MS), account, place),
  joules,
  knownMs: QUARTER_MS,
  ...more,
});
const booked = (bookings: readonly Booking[], more: Partial<Booked> = {}): Booked => ({
  bookings,
  shares: [],
  gaps: [],
  places: [],
  left: [],
  untilMs: null,
  ...more,
});

function ask(writer: StoreWriter, query: Parameters<typeof EnergyQuery.parse>[0]): EnergyAnswer {
  const db = openForReading(writer.path);
  try {
    return openLedgerQuery(db)(EnergyQuery.parse(query), () => undefined);
  } finally {
    db.close();
  }
}
const joulesOf = (answer: EnergyAnswer, key: string): readonly (number | null)[] | undefined =>
  answer.rows.find((row) => row.key === key)?.joules;

describe('the stored ledger', () => {
  it('adds what is booked to what is there, and tells it by account, device and run', () => {
    const writer = testWriter();
    const noon = at('2026-03-01T12:00:00Z');
    writer.ledger.add(
      booked([
        booking(noon, 'run:a', 'gpu0', 100),
        booking(noon, 'idle', 'gpu0', 10),
        booking(noon, 'infrastructure', 'room', 30, { itJ: 110 }),
      ]),
    );
    writer.ledger.add(
      booked([booking(noon, 'run:a', 'gpu0', 50, { allocated: true, provenance: 2, meteredJ: 20 }), booking(noon, 'run:b', 'cpu0', 5)]),
    );
    const hour = { fromMs: noon, toMs: noon + HOUR_MS, step: 'hour' } as const;
    const accounts = ask(writer, { by: 'accounts', ...hour });
    expect(accounts).toMatchObject({ edgesMs: [noon, noon + HOUR_MS], omitted: 0, gapMs: [0], sinceMs: noon });
    expect(accounts.rows.map(({ key, joules }) => [key, ...joules])).toEqual([
      ['run', 155],
      ['infrastructure', 30],
      ['idle', 10],
    ]);
    expect(accounts.rows[0]).toMatchObject({ meteredJ: [20], knownMs: [3 * QUARTER_MS], provenance: 'modelled', allocated: true });
    expect(accounts.rows[1]?.itJ).toEqual([110]);
    expect(ask(writer, { by: 'devices', ...hour }).rows.map(({ key, joules }) => [key, ...joules])).toEqual([
      ['gpu0', 160],
      ['room', 30],
      ['cpu0', 5],
    ]);
    expect(ask(writer, { by: 'runs', ...hour, limit: 1 })).toMatchObject({ rows: [{ key: 'a', joules: [150] }], omitted: 1 });
    expect(joulesOf(ask(writer, { by: 'runs', ...hour, keys: ['b'] }), 'b')).toEqual([5]);
  });

  it('answers any time out of quarters, hours and days as the rows themselves add up', () => {
    const writer = testWriter();
    const fromMs = at('2026-03-27T00:00:00Z');
    const quarters = 4 * 96;
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(quarters - 1),
            fc.constantFrom<AccountName>('idle', 'other', 'run:a', 'run:b'),
            fc.constantFrom('gpu0', 'gpu1'),
            fc.integer({ min: 1, max: 1000 }),
          ),
          { maxLength: 30 },
        ),
        (rows) => {
          writer.ledger.add(
            booked(rows.map(([quarter, account, place, joules]) => booking(fromMs + quarter * QUARTER_MS, account, place, joules))),
          );
        },
      ),
      { numRuns: 20 },
    );
    const db = openForReading(writer.path);
    afterThisTest(() => db.close());
    const plain = db.query<{ total: number }>('SELECT coalesce(sum(joules), 0) AS total FROM ledger WHERE quarter >= ? AND quarter < ?');
    const ofRuns = db.query<{ total: number }>(
      "SELECT coalesce(sum(joules), 0) AS total FROM ledger WHERE quarter >= ? AND quarter < ? AND account_id IN (SELECT id FROM ledger_account WHERE name LIKE 'run:%')",
    );
    fc.assert(
      fc.property(
        fc.nat(quarters - 1),
        fc.integer({ min: 1, max: quarters }),
        fc.constantFrom('hour', 'day', 'month', 'total' as const),
        fc.constantFrom('UTC', 'Asia/Kathmandu', 'Europe/Berlin'),
        (first, length, step, timeZone) => {
          const range = { fromMs: fromMs + first * QUARTER_MS, toMs: fromMs + (first + length) * QUARTER_MS };
          for (const by of ['accounts', 'devices', 'runs'] as const) {
            const answer = ask(writer, { by, ...range, step, timeZone });
            answer.edgesMs.slice(1).forEach((endMs, i) => {
              const expected = (by === 'runs' ? ofRuns : plain).get((answer.edgesMs[i] ?? 0) / QUARTER_MS, endMs / QUARTER_MS)?.total;
              expect(answer.rows.reduce((sum, { joules }) => sum + (joules[i] ?? 0), 0)).toBeCloseTo(expected ?? -1, 6);
            });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells by metric what each power that is booked from added up to, as the rows themselves do, and the facility apart', async () => {
    const writer = testWriter();
    const from = at('2026-03-27T00:00:00Z');
    const quarters = 3 * 96;
    // What each place is booked from: of a node what its parts leave, also where the meter of the whole is of the node itself.
    const metricOf: Readonly<Record<string, string>> = {
      gpu0: 'gpu.power',
      'node/a/gpu0': 'gpu.power',
      'node/a/accelerator-1': 'gpu.power',
      cpu0: 'cpu.power',
      dram0: 'dram.power',
      'node/b/soc': 'cpu.power+dram.power',
      host: 'host.base.power',
      'node/a': 'host.base.power',
      'node/b/blackbox': 'unknown',
      room: 'infrastructure',
    };
    const series: readonly (readonly [device: string, metric: MetricId])[] = [
      ['gpu0', 'gpu.power'],
      ['gpu0', 'gpu.load'],
      ['node/a/gpu0', 'gpu.power'],
      ['node/a/accelerator-1', 'gpu.power'],
      ['cpu0', 'cpu.power'],
      ['dram0', 'dram.power'],
      ['node/b/soc', 'dram.power'],
      ['node/b/soc', 'cpu.power'],
      ['host', 'host.base.power'],
      ['node/a', 'host.power'],
      ['room', 'facility.power'],
    ];
    for (const [device, metric] of series) writer.samples.ensureSeries(seriesKey({ device, metric }));
    // Measured and simulated are two series of one metric.
    writer.samples.ensureSeries(seriesKey({ device: 'gpu0', metric: 'gpu.power', provenance: 'simulated' }));
    const places = Object.keys(metricOf);
    const all: Booking[] = [];
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            quarter: fc.nat(quarters - 1),
            account: fc.constantFrom<AccountName>('idle', 'other', 'run:a'),
            place: fc.constantFrom(...places),
            joules: fc.integer({ min: 1, max: 1000 }),
            provenance: fc.nat(3),
            isKnown: fc.boolean(),
          }),
          { maxLength: 40 },
        ),
        (rows) => {
          const more = rows.map(({ quarter, account, place, joules, provenance, isKnown }) =>
            booking(from + quarter * QUARTER_MS, place === 'room' ? 'infrastructure' : account, place, isKnown ? joules : 0, {
              provenance: isKnown ? provenance : 0,
              meteredJ: isKnown && provenance < 2 ? joules : 0,
              itJ: isKnown && place === 'room' ? 3 * joules : 0,
              knownMs: isKnown ? QUARTER_MS : 0,
              unknownMs: isKnown ? 0 : QUARTER_MS,
            }),
          );
          writer.ledger.add(booked(more));
          all.push(...more);
        },
      ),
      { numRuns: 20, seed: 8 },
    );
    const reader = await testReader(writer.path);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(quarters - 1),
        fc.integer({ min: 1, max: quarters }),
        fc.constantFrom('quarter', 'hour', 'day', 'total' as const),
        fc.constantFrom('UTC', 'Asia/Kathmandu'),
        fc.option(fc.subarray([...new Set(Object.values(metricOf))], { minLength: 1 }), { nil: undefined }),
        async (first, length, step, timeZone, keys) => {
          const range = { fromMs: from + first * QUARTER_MS, toMs: from + (first + length) * QUARTER_MS, step, timeZone };
          const answer = await reader.ledger.energy(EnergyQuery.parse({ by: 'metrics', ...range, ...(keys && { keys }) }));
          const { edgesMs, rows, omitted } = answer;
          const within = all.filter(({ quarter }) => quarter * QUARTER_MS >= range.fromMs && quarter * QUARTER_MS < range.toMs);
          const expected = new Map<string, Booking[]>();
          for (const own of within) {
            const key = metricOf[own.place] ?? '';
            if (keys?.includes(key) !== false) expected.set(key, [...(expected.get(key) ?? []), own]);
          }
          expect(omitted).toBe(0);
          expect(rows.map(({ key }) => key).sort()).toEqual([...expected.keys()].sort());
          for (const row of rows) {
            const own = expected.get(row.key) ?? [];
            const worst = Math.max(1, ...own.map(({ provenance }) => provenance));
            expect(row.provenance).toBe(provenances[worst]);
            edgesMs.slice(1).forEach((endMs, i) => {
              const there = own.filter(({ quarter }) => quarter * QUARTER_MS >= (edgesMs[i] ?? 0) && quarter * QUARTER_MS < endMs);
              const total = (of: 'joules' | 'meteredJ' | 'itJ' | 'knownMs' | 'unknownMs'): number =>
                there.reduce((sum, one) => sum + one[of], 0);
              expect(row.joules[i]).toBe(total('knownMs') === 0 ? null : total('joules'));
              for (const of of ['meteredJ', 'itJ', 'knownMs', 'unknownMs'] as const) expect(row[of][i]).toBe(total(of));
            });
          }
        },
      ),
      { numRuns: 60, seed: 8 },
    );
    // The rows are apart: together what all devices are, and what the facility drew; the largest first.
    const total = { fromMs: from, toMs: from + quarters * QUARTER_MS, step: 'total' } as const;
    const of = async (by: EnergyQuery['by'], limit = 1000): Promise<EnergyAnswer> =>
      reader.ledger.energy(EnergyQuery.parse({ by, ...total, limit }));
    const sum = ({ rows }: EnergyAnswer): number => rows.reduce((joules, row) => joules + (row.joules[0] ?? 0), 0);
    const byMetric = await of('metrics');
    expect(byMetric.rows).toHaveLength(7);
    expect(sum(byMetric)).toBe(sum(await of('devices')));
    expect(sum(byMetric)).toBe(sum(await of('accounts')));
    const [most, ...others] = byMetric.rows;
    expect(await of('metrics', 1)).toMatchObject({ rows: [most], omitted: others.length });
  });

  it('cuts days where the room is: 23 hours in spring, 25 in autumn, and 24 in a zone 45 minutes off', () => {
    const writer = testWriter();
    const days = (from: string, to: string, timeZone: string): number[] => {
      const { edgesMs } = ask(writer, { by: 'accounts', fromMs: at(from), toMs: at(to), step: 'day', timeZone });
      return edgesMs.slice(1).map((edge, i) => (edge - (edgesMs[i] ?? 0)) / HOUR_MS);
    };
    expect(days('2026-03-28T00:00:00+01:00', '2026-03-31T00:00:00+02:00', 'Europe/Berlin')).toEqual([24, 23, 24]);
    expect(days('2026-10-24T00:00:00+02:00', '2026-10-27T00:00:00+01:00', 'Europe/Berlin')).toEqual([24, 25, 24]);
    expect(days('2026-03-28T00:00:00+05:45', '2026-03-30T00:00:00+05:45', 'Asia/Kathmandu')).toEqual([24, 24]);
    const { edgesMs } = ask(writer, {
      by: 'accounts',
      fromMs: at('2025-12-20T10:07:00+08:00'),
      toMs: at('2026-02-03T00:00:00+08:00'),
      step: 'month',
      timeZone: 'Asia/Shanghai',
    });
    expect(edgesMs).toEqual(
      ['2025-12-20T10:00:00+08:00', '2026-01-01T00:00:00+08:00', '2026-02-01T00:00:00+08:00', '2026-02-03T00:00:00+08:00'].map(at),
    );
  });

  it('tells the time in which nothing was metered, of all devices or of those asked for', () => {
    const writer = testWriter();
    const noon = at('2026-03-01T12:00:00Z');
    writer.ledger.add(
      booked([booking(noon, 'idle', 'gpu0', 1)], {
        gaps: [
          { place: 'gpu0', fromMs: noon + HOUR_MS / 2, toMs: noon + 1.5 * HOUR_MS },
          { place: 'gpu1', fromMs: noon, toMs: noon + HOUR_MS },
        ],
      }),
    );
    const range = { fromMs: noon, toMs: noon + 2 * HOUR_MS, step: 'hour' } as const;
    expect(ask(writer, { by: 'accounts', ...range }).gapMs).toEqual([1.5 * HOUR_MS, 0.5 * HOUR_MS]);
    expect(ask(writer, { by: 'devices', ...range, keys: ['gpu0'] }).gapMs).toEqual([0.5 * HOUR_MS, 0.5 * HOUR_MS]);
    // Of gpu0 it is recorded nowhere what it is booked from.
    writer.samples.ensureSeries(seriesKey({ device: 'gpu1' }));
    expect(ask(writer, { by: 'metrics', ...range }).gapMs).toEqual([1.5 * HOUR_MS, 0.5 * HOUR_MS]);
    expect(ask(writer, { by: 'metrics', ...range, keys: ['gpu.power'] }).gapMs).toEqual([HOUR_MS, 0]);
    expect(ask(writer, { by: 'metrics', ...range, keys: ['unknown'] }).gapMs).toEqual([0.5 * HOUR_MS, 0.5 * HOUR_MS]);
  });

  it('refuses a time zone that is none, and an answer beyond all measure', () => {
    const writer = testWriter();
    expect(() => ask(writer, { by: 'accounts', fromMs: 0, toMs: HOUR_MS, step: 'day', timeZone: 'Mars/Olympus' })).toThrow(
      /no time zone Mars/,
    );
    expect(() => ask(writer, { by: 'accounts', fromMs: 0, toMs: 10_001 * QUARTER_MS, step: 'quarter' })).toThrow(/10000 stretches/);
  });

  it('survives the end of its process: the next one goes on from where it was booked, and what lies between is a gap', async () => {
    const dataDir = temporaryFolder();
    const start = at('2026-03-01T12:00:00Z');
    const tick = (ledger: Ledger, passedMs: number, place = 'gpu0'): void => {
      const parts = [{ place, powerW: 100, provenance: 'measured', counter: null } as const];
      ledger.tick({
        atMs: start + passedMs,
        passedMs,
        parts,
        facilityW: 150,
        facilityProvenance: 'modelled',
        sharesOf: () => [{ account: 'idle', share: 1, allocated: false }],
      });
    };
    const before = openWriter({ dataDir });
    const first = new Ledger(before.ledger.bookedUntil());
    for (let ms = 0; ms <= 60_000; ms += 1000) tick(first, ms);
    before.ledger.add(first.take());
    before.close();

    const writer = openWriter({ dataDir });
    afterThisTest(() => writer.close());
    const second = new Ledger(writer.ledger.bookedUntil());
    tick(second, HOUR_MS);
    tick(second, HOUR_MS + 1000);
    writer.ledger.add(second.take());
    const reader = await testReader(writer.path);
    const answer = await reader.ledger.energy(
      EnergyQuery.parse({ by: 'devices', fromMs: start, toMs: start + 2 * HOUR_MS, step: 'total' }),
    );
    expect(answer.gapMs).toEqual([HOUR_MS - 60_000]);
    expect(joulesOf(answer, 'gpu0')?.[0]).toBeCloseTo(6_100, 9);
    // What left the room's power on purpose is missed by nobody.
    tick(second, HOUR_MS + 2000, 'gpu1');
    writer.ledger.add(second.take());
    expect([...writer.ledger.bookedUntil().keys()]).toEqual(['gpu1']);
  });
});
