import { describe, expect, it } from 'vitest';
import { PhaseMeter, type MeterTick } from '../../../../src-main/core/selftest/phase-meter';
import { judge } from '@shared/model/selftest';

const tick = (s: number, powerW: number | null, energyJ: number | null): MeterTick => ({
  monoMs: s * 1000,
  powerW,
  energyJ,
  loadPercent: 10 * s,
  tookMs: 2,
  cpuMs: 1,
});

describe('a phase of the self-test', () => {
  it('integrates by the trapezoid rule and holds it against the counter over the same time', () => {
    const meter = new PhaseMeter();
    // 100 W, 200 W, 100 W a second apart: 150 J and 150 J.
    meter.tick(tick(0, 100, 1000));
    meter.tick(tick(1, 200, 1140));
    meter.tick(tick(2, 100, 1250));
    const result = meter.result('idle');
    expect(result).toMatchObject({ phase: 'idle', seconds: 2, ticks: 3, integratedJ: 300, counterJ: 250, powerW: 150, loadPercent: 10 });
    expect(result.deviation).toBeCloseTo(0.2, 12);
    expect(result.readMs).toBe(2);
    // 3 ms of 2 s.
    expect(result.cpuShare).toBeCloseTo(0.0015, 12);
    expect(judge([result])).toBe('apart');
  });

  it('withholds what a missing reading leaves open, and never bridges it', () => {
    const meter = new PhaseMeter();
    meter.tick(tick(0, 100, null));
    meter.tick(tick(1, null, 50));
    meter.tick(tick(2, 100, 150));
    expect(meter.result('load')).toMatchObject({ integratedJ: null, counterJ: null, deviation: null, powerW: null });
    expect(new PhaseMeter().result('load')).toMatchObject({ seconds: 0, integratedJ: null, counterJ: null, powerIntervalMs: null });
  });

  it('tells how often the driver’s readings change, by their median', () => {
    const meter = new PhaseMeter();
    // A new power each 100 ms, a step of the counter each 20 ms, looked at each 10 ms.
    for (let ms = 0; ms <= 1000; ms += 10) meter.poll(ms, 70 + (Math.floor(ms / 100) % 3), Math.floor(ms / 20));
    expect(meter.result('idle')).toMatchObject({ powerIntervalMs: 100, counterIntervalMs: 20, pollMs: 10, distinctPowers: 3 });
    const still = new PhaseMeter();
    for (let ms = 0; ms <= 1000; ms += 10) still.poll(ms, 70, null);
    expect(still.result('idle')).toMatchObject({ powerIntervalMs: null, counterIntervalMs: null, distinctPowers: 1 });
  });

  it('is judged by its worst phase', () => {
    const phase = (deviation: number | null, counterJ: number | null = 100, integratedJ: number | null = 100) => ({
      ...new PhaseMeter().result('idle'),
      integratedJ,
      counterJ,
      deviation,
      powerW: integratedJ,
    });
    expect(judge([phase(0.009), phase(-0.01)])).toBe('exact');
    expect(judge([phase(0.001), phase(-0.049)])).toBe('close');
    expect(judge([phase(0.001), phase(0.06)])).toBe('apart');
    expect(judge([phase(null, 0)])).toBe('counter-still');
    expect(judge([phase(null, null)])).toBe('no-counter');
    expect(judge([phase(null, 100, null)])).toBe('no-power');
    expect(judge([])).toBe('lost');
  });
});
