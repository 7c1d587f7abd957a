import { describe, expect, it } from 'vitest';
import { message } from '@shared/text/message';
import type { Reading } from '@shared/model/series';
import type { SourceReport } from '../../../../src-main/core/telemetry/ingest';
import { GRACE_MS, Scheduler } from '../../../../src-main/core/telemetry/scheduler';
import { FakeCollector, load, never } from './fake-collector';
import { ManualClock, settle } from './manual-clock';

interface Tick {
  readonly atMs: number;
  readonly reports: readonly SourceReport[];
}

const START = Date.UTC(2026, 0, 1);

function setUp(collectors: readonly FakeCollector[], wallMs = START) {
  const clock = new ManualClock(wallMs);
  const ticks: Tick[] = [];
  const setBacks: number[] = [];
  const logged: string[] = [];
  const scheduler = new Scheduler({
    collectors,
    clock,
    log: (level, text) => logged.push(`${level} ${text}`),
    onTick: (atMs, reports) => ticks.push({ atMs, reports }),
    onSetBack: (atMs) => setBacks.push(atMs),
  });
  const state = (id: string) => scheduler.states().find((s) => s.id === id);
  const valuesOf = (source: string) =>
    ticks.flatMap(({ reports }) => reports.filter((r) => r.source === source).map(({ readings }) => readings?.[0]?.value ?? null));
  return { clock, ticks, setBacks, logged, scheduler, state, valuesOf };
}

describe('Scheduler', () => {
  it('ticks at once, then on every whole second of wall clock', async () => {
    const a = new FakeCollector('a');
    const { clock, ticks, scheduler } = setUp([a], START + 300);
    scheduler.start();
    scheduler.start();
    await clock.advance(3_200);
    expect(ticks.map(({ atMs }) => atMs - START)).toEqual([0, 1000, 2000, 3000]);
    await scheduler.close();
  });

  it('hands ticks over in their order, also when the next second begins before the first answers', async () => {
    const slow = new FakeCollector('slow');
    const { clock, ticks, scheduler } = setUp([slow], START + 900);
    let answer: (readings: Reading[]) => void = () => undefined;
    slow.onRead = () => new Promise((resolve) => (answer = resolve));
    scheduler.start();
    await clock.advance(150);
    slow.onRead = async () => [load(8)];
    answer([load(7)]);
    await clock.advance(1_500);
    expect(ticks.map(({ atMs }) => atMs - START)).toEqual([0, 1000, 2000]);
    await scheduler.close();
  });

  it('asks each collector at its own period', async () => {
    const [a, b] = [new FakeCollector('a'), new FakeCollector('b', 5000)];
    const { clock, scheduler } = setUp([a, b]);
    scheduler.start();
    await clock.advance(10_500);
    expect(a.reads).toBe(11);
    expect(b.reads).toBe(3);
    await scheduler.close();
  });

  it('stamps no second twice and keeps going when the wall clock is set back', async () => {
    const a = new FakeCollector('a');
    const { clock, ticks, setBacks, scheduler } = setUp([a]);
    scheduler.start();
    await clock.advance(2_500);
    clock.setWall(START - 3_600_000 + 400);
    await clock.advance(2_400);
    expect(ticks.map(({ atMs }) => atMs - START)).toEqual([0, 1000, 2000, -3_600_000, -3_599_000, -3_598_000]);
    expect(setBacks).toEqual([START - 3_600_000]);
    await scheduler.close();
  });

  it('gives one tick, not a burst, after the machine slept or the clock was set forward', async () => {
    const a = new FakeCollector('a');
    const { clock, ticks, scheduler } = setUp([a]);
    scheduler.start();
    await clock.advance(1_500);
    clock.sleep(8 * 3_600_000);
    await clock.advance(2_000);
    expect(ticks.map(({ atMs }) => (atMs - START) / 1000)).toEqual([0, 1, 28_802, 28_803]);
    expect(a.reads).toBe(4);
    await scheduler.close();
  });

  it('contains a collector that throws, rejects or answers garbage, and says so', async () => {
    const good = new FakeCollector('good');
    const [rejects, throws, garbage] = [new FakeCollector('rejects'), new FakeCollector('throws'), new FakeCollector('garbage')];
    rejects.onRead = () => Promise.reject(new Error('no such device'));
    throws.onRead = () => {
      throw new Error('broken at once');
    };
    garbage.onRead = async () => ({ oops: true }) as unknown as Reading[];
    const { clock, ticks, scheduler, state, valuesOf, logged } = setUp([rejects, throws, garbage, good]);
    scheduler.start();
    await clock.advance(4_500);
    expect(valuesOf('good')).toEqual([1, 2, 3, 4, 5]);
    expect(state('rejects')).toMatchObject({ id: 'rejects', state: 'failing', lastError: 'no such device' });
    expect(state('throws')).toMatchObject({ state: 'failing', lastError: 'broken at once' });
    expect(state('garbage')).toMatchObject({ state: 'failing', lastError: message('message.collector.garbage') });
    expect(state('good')).toMatchObject({ id: 'good', state: 'ok', lastError: null });
    expect(ticks[0]?.reports.filter(({ readings }) => readings === null)).toHaveLength(3);
    expect(logged).toHaveLength(3);
    await scheduler.close();
  });

  it('makes a value that no meter can mean a missing one without failing its collector', async () => {
    const a = new FakeCollector('a');
    a.onRead = async () => [load(Number.NaN)];
    const { clock, scheduler, state, ticks } = setUp([a]);
    scheduler.start();
    await clock.advance(0);
    expect(ticks[0]?.reports).toEqual([{ source: 'a', readings: [load(null)] }]);
    expect(state('a')?.state).toBe('ok');
    await scheduler.close();
  });

  it('aborts a hung read at its deadline, never asks into it, and others go on every second', async () => {
    const [good, hung] = [new FakeCollector('good'), new FakeCollector('hung')];
    hung.onRead = never;
    const { clock, scheduler, state, valuesOf, ticks } = setUp([hung, good]);
    scheduler.start();
    await clock.advance(4_900);
    expect(hung.aborted).toBe(0);
    await clock.advance(25_000);
    expect(hung.reads).toBe(1);
    expect(hung.aborted).toBe(1);
    expect(state('hung')).toMatchObject({ id: 'hung', state: 'hung', lastError: message('message.noAnswer', { seconds: 5 }) });
    expect(valuesOf('good')).toHaveLength(30);
    expect(ticks.filter(({ reports }) => reports.some((r) => r.source === 'hung' && r.readings === null))).toHaveLength(1);
    const closing = scheduler.close();
    await clock.advance(5_000);
    await closing;
    expect(clock.pending).toBe(0);
  });

  it('asks a collector that hung again once its read settled; the late answer itself is not used', async () => {
    const slow = new FakeCollector('slow');
    let answer: (readings: readonly Reading[]) => void = () => undefined;
    slow.onRead = () => new Promise((resolve) => (answer = resolve));
    const { clock, scheduler, state, valuesOf } = setUp([slow]);
    scheduler.start();
    await clock.advance(6_000);
    expect(state('slow')?.state).toBe('hung');
    answer([load(99)]);
    slow.onRead = async () => [load(7)];
    await clock.advance(3_000);
    expect(slow.reads).toBeGreaterThan(1);
    expect(state('slow')).toMatchObject({ id: 'slow', state: 'ok', lastError: null });
    expect(valuesOf('slow')).not.toContain(99);
    expect(valuesOf('slow').at(-1)).toBe(7);
    await scheduler.close();
  });

  it('asks a failing collector less and less often, at least twice a minute, and at its period once it works', async () => {
    const bad = new FakeCollector('bad');
    let broken = true;
    bad.onRead = async () => {
      if (broken) throw new Error('no');
      return [load(1)];
    };
    const { clock, scheduler, state } = setUp([bad]);
    scheduler.start();
    await clock.advance(300_000);
    const whileBroken = bad.reads;
    expect(whileBroken).toBeGreaterThanOrEqual(10);
    expect(whileBroken).toBeLessThan(20);
    broken = false;
    await clock.advance(30_000);
    expect(state('bad')?.state).toBe('ok');
    const before = bad.reads;
    await clock.advance(10_000);
    expect(bad.reads - before).toBe(10);
    await scheduler.close();
  });

  it('does not hold the tick for a slow collector, hands its answer to the next one, and asks it less often', async () => {
    const [fast, slow] = [new FakeCollector('fast'), new FakeCollector('slow')];
    const { clock, scheduler, ticks, valuesOf } = setUp([slow, fast]);
    slow.onRead = () => new Promise((resolve) => clock.setTimer(() => resolve([load(slow.reads)]), 1_500));
    scheduler.start();
    await clock.advance(GRACE_MS);
    expect(ticks[0]?.reports.map(({ source }) => source)).toEqual(['fast']);
    await clock.advance(11_900 - GRACE_MS);
    expect(valuesOf('fast')).toHaveLength(12);
    expect(slow.reads).toBe(4);
    const when = ticks.filter(({ reports }) => reports.some(({ source }) => source === 'slow')).map(({ atMs }) => (atMs - START) / 1000);
    expect(when[0]).toBe(2);
    await scheduler.close();
  });

  it('waits for what is under way when closed, closes each collector once, and leaves no timer', async () => {
    const [a, broken] = [new FakeCollector('a'), new FakeCollector('broken')];
    a.onRead = (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    broken.close = () => {
      throw new Error('cannot');
    };
    const { clock, scheduler, ticks } = setUp([a, broken]);
    scheduler.start();
    await clock.advance(100);
    await Promise.all([scheduler.close(), scheduler.close()]);
    expect(a.aborted).toBe(1);
    expect(a.closed).toBe(1);
    expect(clock.pending).toBe(0);
    const seen = ticks.length;
    scheduler.start();
    await clock.advance(5_000);
    await settle();
    expect(ticks).toHaveLength(seen);
  });
});
