import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rates } from '../../../../src-main/core/telemetry/collectors/rate';
import { passedAt } from '../../../../src-main/core/telemetry/clock';
import { PassingTime } from '../../../../src-main/core/telemetry/passing-time';
import { fakeMachine, type FakeMachine } from '../../../fakes/sysfs';
import { ManualClock } from './manual-clock';

let machine: FakeMachine;
let mono = 50_000;
let wall = Date.UTC(2026, 10, 26);
let up = 1234.56;
beforeEach(async () => {
  up = 1234.56;
  machine = await fakeMachine({ 'proc/uptime': '1234.56 9876.54\n' });
});
afterEach(() => machine.dispose());

const setUp = (procRoot: string | null = machine.env.procRoot) => {
  const time = new PassingTime({ procRoot, monoMs: () => mono, wallMs: () => wall });
  const clock = { monoMs: () => mono, stretch: () => time.stretch() };
  return { time, rates: new Rates(clock), slow: new Rates(clock, 30_000) };
};
/** Time that all clocks run through. */
const pass = async (ms: number): Promise<void> => {
  mono += ms;
  wall += ms;
  up += ms / 1000;
  await machine.write({ 'proc/uptime': `${up.toFixed(2)} 9876.54\n` });
};
/** The machine sleeps: CLOCK_MONOTONIC stands. */
const sleep = async (ms: number): Promise<void> => {
  wall += ms;
  up += ms / 1000;
  await machine.write({ 'proc/uptime': `${up.toFixed(2)} 9876.54\n` });
};

describe('a rate', () => {
  it('is what was counted over the time of the counting, also while the wall clock is slewed', async () => {
    const { rates } = setUp();
    expect(rates.next('a', 100)).toBeNull();
    await pass(2000);
    wall += 60;
    expect(rates.next('a', 300)).toBe(100);
  });

  it('spans no sleep: the counter of s2idle ran on while the monotonic clock stood', async () => {
    const { rates, time } = setUp();
    rates.next('a', 0);
    await pass(1000);
    expect(rates.next('a', 50)).toBe(50);
    const beforeMs = time.passedMs();
    await sleep(3_600_000);
    await pass(1000);
    expect(rates.next('a', 36_100)).toBeNull();
    expect(time.passedMs() - beforeMs).toBeCloseTo(3_601_000, -2);
    await pass(1000);
    expect(rates.next('a', 36_150)).toBe(50);
  });

  it('spans no pause of a virtual machine and no clock that was set, which only the wall clock tells', async () => {
    const { rates, time } = setUp();
    rates.next('a', 0);
    const beforeMs = time.passedMs();
    await pass(1000);
    wall += 45_000;
    expect(rates.next('a', 50)).toBeNull();
    await pass(1000);
    expect(rates.next('a', 100)).toBe(50);
    wall -= 86_400_000;
    await pass(1000);
    expect(rates.next('a', 150)).toBeNull();
    // The time that passed knows nothing of it.
    expect(time.passedMs() - beforeMs).toBe(3000);
  });

  it('is no mean of a long silence', async () => {
    const { rates, slow } = setUp();
    rates.next('a', 0);
    slow.next('a', 0);
    await pass(20_000);
    expect(rates.next('a', 1000)).toBeNull();
    expect(slow.next('a', 1000)).toBe(50);
  });

  it('needs no uptime where the system has none: the wall clock still tells of a sleep', async () => {
    const { rates, time } = setUp(null);
    rates.next('a', 0);
    await pass(1000);
    expect(rates.next('a', 50)).toBe(50);
    await sleep(60_000);
    await pass(1000);
    expect(rates.next('a', 100)).toBeNull();
    expect(time.stretch()).toBe(1);
  });
});

describe('when something was', () => {
  it('is told on the clock that nobody sets; a stamp from before the wall clock was set counts as now', () => {
    const clock = new ManualClock();
    const passedMs = clock.passedMs();
    expect(passedAt(clock, clock.wallMs() - 300)).toBe(passedMs - 300);
    expect(passedAt(clock, clock.wallMs() + 3_600_000)).toBe(passedMs);
    expect(passedAt(clock, clock.wallMs() - 3_600_000)).toBe(passedMs);
  });
});
