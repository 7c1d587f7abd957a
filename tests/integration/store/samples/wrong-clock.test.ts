import { describe, expect, it } from 'vitest';
import { defaultSettings } from '@shared/model/settings';
import { english } from '@shared/text/message';
import { keepingItem } from '../../../../src-main/core/api/keeping-item';
import type { StoreReader, StoreWriter } from '../../../../src-main/core/store/types';
import { HOUR_MS, ids, withDatabase } from '../support/model';
import { chartReader, NOON_MS, temporaryFolder, testReader, testWriter } from '../support/stores';
import { samplesOf } from '../support/stores';

const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
/** Half a day of raw samples is all that is kept of them. */
const policy = { ...defaultSettings.retention, rawDays: 0.5, rollupDays: [1, 400, 400, 400] as [number, number, number, number] };
/** Ticks half a minute apart: so many that each hour has a block of its own. */
const HALF_DAY = 12 * 120;

/** A machine whose wall clock may say anything, while time passes as it does. */
class Machine {
  wallMs = NOON_MS;
  passedMs = 5_000_000;
  writer: StoreWriter;
  series: number;
  readonly told: [number, number][] = [];
  private value = 0;

  constructor(readonly dataDir = temporaryFolder()) {
    this.writer = this.open();
    [this.series = 0] = ids(this.writer, 1);
  }

  private open(): StoreWriter {
    const writer = testWriter(this.dataDir, [], () => this.passedMs);
    writer.samples.setRetention(policy);
    return writer;
  }

  /** So many ticks, `stepMs` apart. */
  run(ticks: number, stepMs = 1000): void {
    for (let i = 0; i < ticks; i++) {
      this.wallMs += stepMs;
      this.passedMs += stepMs;
      this.value = (this.value + 1) % 1000;
      this.writer.samples.commit([{ seriesId: this.series, atMs: this.wallMs, value: this.value }]);
      this.told.push([this.wallMs, this.value]);
    }
  }

  /** Off for `offMs`; the clock says what it says afterwards. */
  restart(offMs: number, wallMs = this.wallMs + offMs): void {
    this.writer.close();
    this.wallMs = wallMs;
    // A start begins its own count of the time that passes.
    this.passedMs = 100_000;
    this.writer = this.open();
  }

  async stored(reader: StoreReader | Awaited<ReturnType<typeof chartReader>>): Promise<[number, number | null][]> {
    return (await samplesOf(reader, { seriesIds: [this.series], fromMs: 0, toMs: 8e15 })).map(({ atMs, value }) => [atMs, value]);
  }
}

const inOrder = (samples: readonly [number, number][]): [number, number][] => [...samples].sort(([a], [b]) => a - b);

describe('a wall clock that is wrong', () => {
  it.each([
    ['a year ahead for 20 minutes', YEAR_MS],
    ['ten years ahead for 20 minutes', 10 * YEAR_MS],
    ['a century ahead for 20 minutes', 100 * YEAR_MS],
  ])('%s, then right: nothing is deleted, all is recorded', async (_, byMs) => {
    const machine = new Machine();
    machine.run(HALF_DAY, 30_000);
    const reader = await testReader(machine.writer.path);
    machine.wallMs += byMs;
    machine.run(1200);
    expect(machine.writer.samples.keeping.aheadMs).toBeGreaterThan(byMs - 1000);
    expect(english(keepingItem(machine.writer.samples.keeping).detail)).toContain(
      `the clock is ${byMs / DAY_MS} days ahead of the time that has passed here`,
    );
    machine.wallMs -= byMs;
    machine.run(1200);
    expect(await machine.stored(reader)).toEqual(inOrder(machine.told));
    expect(machine.writer.samples.keeping).toMatchObject({ late: 0, unrecorded: 0, refusedAtMs: null, aheadMs: 0 });
    // Nor with the next start.
    machine.restart(3 * 60_000);
    machine.run(600);
    expect(await machine.stored(reader)).toEqual(inOrder(machine.told));
  });

  it('a year ahead across a restart, then right', async () => {
    const machine = new Machine();
    machine.run(HALF_DAY, 30_000);
    machine.restart(60_000, machine.wallMs + YEAR_MS);
    machine.run(1200);
    machine.restart(60_000, machine.wallMs - YEAR_MS);
    machine.run(1200);
    expect(await machine.stored(await testReader(machine.writer.path))).toEqual(inOrder(machine.told));
  });

  it.each([
    ['1970', Date.UTC(1970, 0, 1, 0, 0, 7)],
    ['2000', Date.UTC(2000, 0, 1)],
  ])(
    'that begins in %s at a start, until it is set: what is recorded meanwhile stays, also after a second such start',
    async (_, deadMs) => {
      const machine = new Machine();
      machine.run(1.5 * HALF_DAY, 30_000);
      const rightMs = machine.wallMs;
      const reader = await testReader(machine.writer.path);
      machine.run(1200);
      const before = await machine.stored(reader);
      expect(machine.writer.samples.rawFromMs).toBeGreaterThan(NOON_MS);
      machine.told.length = 0;
      machine.restart(HOUR_MS, deadMs);
      machine.run(900);
      expect(machine.writer.samples.keeping).toMatchObject({ unrecorded: 0, refusedAtMs: null });
      machine.restart(HOUR_MS, deadMs);
      machine.run(1300);
      machine.wallMs = rightMs + 4 * HOUR_MS;
      machine.run(1200);
      const dead = machine.told.filter(([atMs]) => atMs < NOON_MS);
      const meanwhile = new Map(dead);
      const after = await machine.stored(reader);
      expect(after.filter(([atMs]) => atMs < NOON_MS)).toEqual(inOrder([...meanwhile]));
      const right = machine.told.filter(([atMs]) => atMs >= NOON_MS);
      expect(after.slice(-right.length)).toEqual(right);
      // Of what was there, no more has gone than of the time that passed.
      const left = after.filter(([atMs]) => atMs >= NOON_MS && atMs <= (before.at(-1)?.[0] ?? 0));
      expect(before.slice(-left.length)).toEqual(left);
      expect(before.length - left.length).toBeLessThanOrEqual(2 * 120);
    },
  );

  it('set back to a time whose samples have expired harms none of what is left of it, and the doctor is told', async () => {
    const machine = new Machine();
    machine.run(2 * HALF_DAY, 30_000);
    machine.run(1200);
    const reader = await chartReader(machine.writer.path);
    const rightMs = machine.wallMs;
    const query = { seriesIds: [machine.series], fromMs: NOON_MS, toMs: NOON_MS + 6 * HOUR_MS - 1, maxPoints: 2000 };
    const before = await reader.samples.history(query);
    machine.wallMs = NOON_MS + 3 * HOUR_MS;
    machine.run(300);
    expect(machine.writer.samples.keeping).toMatchObject({ unrecorded: 300, refusedAtMs: NOON_MS + 3 * HOUR_MS + 300_000 });
    const said = keepingItem(machine.writer.samples.keeping);
    expect(said).toMatchObject({ id: 'storage.keeping', state: 'failing' });
    const clock = new Date('2026-11-23T15:05:00.000Z').toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
    expect(english(said.detail)).toBe(
      `the clock says ${clock}, a time whose samples have expired: nothing is recorded; since the start: expired 1439 samples, too late 0 samples, not recorded because of the clock 300 samples`,
    );
    expect(await reader.samples.history(query)).toEqual(before);
    machine.wallMs = rightMs + 300_000;
    machine.run(300);
    expect(machine.writer.samples.keeping).toMatchObject({ unrecorded: 300, refusedAtMs: null });
    expect(keepingItem(machine.writer.samples.keeping).state).toBe('works');
    expect((await machine.stored(reader)).at(-1)?.[0]).toBe(machine.wallMs);
  });

  it('has let all expire that was there, as it did once: what comes is recorded again, and its history shows it', async () => {
    const machine = new Machine();
    machine.run(1.5 * HALF_DAY, 30_000);
    const markMs = machine.wallMs + 20 * YEAR_MS;
    machine.writer.close();
    withDatabase(machine.writer.path, (db) => {
      db.change("DELETE FROM meta WHERE key = 'believed_ms'").run();
      const mark = db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
      for (const level of [0, 1, 5]) mark.run(`kept_from_${level}`, String(markMs));
    });
    machine.restart(2 * HOUR_MS);
    machine.told.length = 0;
    machine.run(300);
    expect(machine.writer.samples.rawFromMs).toBeLessThanOrEqual(machine.wallMs);
    const reader = await chartReader(machine.writer.path);
    expect((await machine.stored(reader)).slice(-300)).toEqual(machine.told);
    const shown = await reader.samples.history({
      seriesIds: [machine.series],
      fromMs: machine.wallMs - 299_000,
      toMs: machine.wallMs,
      maxPoints: 1000,
    });
    expect(shown.bucketMs).toBe(1);
    expect(shown.columns[0]?.atMs).toHaveLength(300);
  });
});

describe('a clock that is right', () => {
  it('after days off is believed in a while: what is too old goes', async () => {
    const machine = new Machine();
    machine.run(HALF_DAY, 30_000);
    machine.restart(2 * DAY_MS);
    machine.run(600);
    const reader = await testReader(machine.writer.path);
    expect((await machine.stored(reader))[0]?.[0]).toBe(NOON_MS + 30_000);
    expect(machine.writer.samples.keeping.aheadMs).toBeGreaterThan(1.9 * DAY_MS);
    machine.run(2 * HALF_DAY, 30_000);
    expect(machine.writer.samples.keeping.aheadMs).toBe(0);
    expect(machine.writer.samples.keeping.expired).toBeGreaterThanOrEqual(HALF_DAY);
    expect((await machine.stored(reader))[0]?.[0]).toBeGreaterThanOrEqual(NOON_MS + 12 * HOUR_MS);
  });
});
