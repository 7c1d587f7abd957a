import { describe, expect, it } from 'vitest';
import type { MetricId } from '@shared/model/metrics';
import { english } from '@shared/text/message';
import type { TestReading } from '../../../../src-main/core/telemetry/collector-kind';
import { PlausibilityCheck } from '../../../../src-main/core/telemetry/collectors/meters/plausibility/check';

const NOW = Date.UTC(2026, 10, 2, 12);
const METER = 'sensor/modbus-1';
const reading = (metric: MetricId, value: number | null, device = METER, atMs?: number): TestReading => ({
  device,
  label: 'Meter',
  metric,
  provenance: 'measured',
  value,
  raw: '',
  why: null,
  ...(atMs === undefined ? {} : { atMs }),
});
const meter = (values: Partial<Record<MetricId, number>>, device = METER): TestReading[] =>
  Object.entries(values).map(([metric, value]) => reading(metric as MetricId, value, device));

class Watch {
  readonly check: PlausibilityCheck;
  readonly events: string[] = [];
  private passedMs = 0;

  constructor(options: Partial<PlausibilityCheck['options']> = {}) {
    this.check = new PlausibilityCheck({ ratedW: null, canFeedBack: () => true, ...options });
  }

  /** What each value counts as: its quality, and why it is not measured. */
  read(readings: readonly TestReading[], afterMs = 10_000): Record<string, string> {
    this.passedMs += afterMs;
    const found = this.check.check(readings, NOW + this.passedMs, this.passedMs);
    this.events.push(...found.events.map(({ kind, code }) => `${kind} ${code ?? ''}`));
    return Object.fromEntries(
      found.readings
        .filter(
          ({ value, provenance }) =>
            value !== null || provenance === 'unconfirmed' || !found.readings.some((one) => one.provenance === 'unconfirmed'),
        )
        .map(({ device, metric, provenance, value, why }) => [
          [device.replace(METER, '').replace('/', ''), metric.replace('meter.', '')].filter((one) => one !== '').join(' '),
          `${value === null ? 'missing' : `${provenance} ${value}`}${why ? `: ${english(why)}` : ''}`,
        ]),
    );
  }
}

describe('by one answer alone', () => {
  it('takes what no device can mean as missing, with what it told as it was', () => {
    const { readings } = new Watch().check.check(meter({ 'meter.power.factor': 64, 'meter.voltage': 230 }), NOW, 0);
    expect(readings).toMatchObject([{ value: null, raw: '64' }, { value: 230 }]);
    expect(english(readings[0]?.why ?? '')).toBe('64 is outside -1 to 1, which is all that it can be. Check the scale.');
  });

  it('doubts power beyond volts times amperes, by 1.2 and what a tenth of an ampere is rounded by', () => {
    const line = (power: number): Record<string, string> =>
      new Watch().read(meter({ 'meter.power': power, 'meter.voltage': 230, 'meter.current': 1 }, `${METER}/L1`));
    expect(line(289)['L1 power']).toBe('measured 289');
    expect(line(291)['L1 power']).toBe(
      'unconfirmed 291: It is more power than its own 230 V and 1 A can make. Check the scale, or the meter.',
    );
    expect(line(-2000)['L1 power']).toContain('unconfirmed -2000');
    // A whole of three lines tells the current of one.
    expect(new Watch().read(meter({ 'meter.power': 690, 'meter.voltage': 230, 'meter.current': 1 }))['power']).toBe('measured 690');
    expect(new Watch().read(meter({ 'meter.power': 74, 'meter.voltage': 222, 'meter.current': 0 }))['power']).toContain('unconfirmed 74');
    expect(new Watch().read(meter({ 'meter.power': 500, 'meter.power.apparent': 300 }))['power']).toContain('apparent power of 300 VA');
  });

  it('doubts a frequency that no mains has, and leaves railways, aircraft and lines that are off', () => {
    const hertz = (value: number): string => new Watch().read([reading('meter.frequency', value)])['frequency'] ?? '';
    expect([0, 16.7, 49.98, 60, 400].map(hertz)).toEqual([0, 16.7, 49.98, 60, 400].map((value) => `measured ${value}`));
    expect(hertz(500)).toBe('unconfirmed 500: No mains has 500 Hz. Check the scale.');
  });

  it('doubts more than the rated power', () => {
    const watch = new Watch({ ratedW: 11_000 });
    expect(watch.read([reading('meter.power', 11_000)])['power']).toBe('measured 11000');
    expect(watch.read([reading('meter.power', 11_001)])['power']).toContain('unconfirmed 11001');
  });

  it('doubts power below zero where nothing feeds back, and leaves it where something may', () => {
    expect(new Watch().read([reading('meter.power', -500)])['power']).toBe('measured -500');
    const rack = new Watch({ canFeedBack: () => false });
    expect(rack.read([reading('meter.power', -1.5)])['power']).toBe('measured -1.5');
    expect(rack.read([reading('meter.power', -500)])['power']).toContain('set “Turn the sign around”');
  });

  it('withholds the total of a branch of the supply with the power that it is of', () => {
    const { readings } = new Watch().check.check([reading('meter.power', -500), { ...reading('facility.meter.power', -500) }], NOW, 0);
    expect(readings.map(({ metric, provenance, value }) => [metric, provenance, value])).toEqual([
      ['meter.power', 'measured', null],
      ['meter.power', 'unconfirmed', -500],
      ['facility.meter.power', 'measured', null],
    ]);
    expect(readings.at(-1)?.why).not.toBeNull();
  });

  it('takes what is dated into the future as of now, and says so once', () => {
    const watch = new Watch();
    const { readings } = watch.check.check([reading('meter.power', 5, METER, NOW + 3_600_000)], NOW, 0);
    expect(readings).toMatchObject([{ value: 5, provenance: 'measured', atMs: undefined }]);
    expect(watch.check.findings.map(({ why }) => english(why))).toEqual([
      'Its clock is 3600 s ahead: its values are taken as of when they were read. Set its clock.',
    ]);
    expect(watch.check.check([reading('meter.power', 5, METER, NOW + 59_000)], NOW, 0).readings[0]?.atMs).toBe(NOW + 59_000);
  });
});

describe('a jump by a thousand', () => {
  it('is doubted until it is back, told once as it begins and once as it ends', () => {
    const watch = new Watch();
    for (const power of [3400, 3470, 3500]) watch.read([reading('meter.power', power)]);
    expect(watch.read([reading('meter.power', 3.46)])['power']).toContain('unconfirmed 3.46: It fell from 3470 W');
    expect(watch.read([reading('meter.power', 5)])['power']).toContain('unconfirmed');
    for (const power of [3480, 3475, 3460]) expect(watch.read([reading('meter.power', power)])['power']).toBe(`measured ${power}`);
    expect(watch.events).toEqual(['meter.implausible jump', 'meter.plausible jump']);
    expect(watch.read([reading('meter.power', 3_300_000)])['power']).toContain('jumped from 3475 W');
    expect(watch.read([reading('meter.power', 6_900_000)])['power']).toContain('unconfirmed');
  });

  it('is a load that came or went where the current shows it too, or where it was standby', () => {
    const watch = new Watch();
    const draw = (power: number, current: number): string =>
      watch.read(meter({ 'meter.power': power, 'meter.voltage': 230, 'meter.current': current }, `${METER}/L1`))['L1 power'] ?? '';
    for (let i = 0; i < 4; i++) draw(2300, 10);
    expect(draw(2.3, 0.03)).toBe('measured 2.3');
    for (let i = 0; i < 6; i++) draw(2.3, 0.03);
    expect(draw(2300, 10)).toBe('measured 2300');
    for (let i = 0; i < 6; i++) draw(2300, 10);
    expect(draw(2.3, 10)).toContain('unconfirmed 2.3');
    const plug = new Watch();
    for (let i = 0; i < 4; i++) plug.read([reading('meter.power', 0.6)]);
    expect(plug.read([reading('meter.power', 610)])['power']).toBe('measured 610');
  });
});

describe('a value that stands still', () => {
  const every = 10_000;
  const run = (minutes: number, at: (i: number) => Partial<Record<MetricId, number>>): [last: Record<string, string>, watch: Watch] => {
    const watch = new Watch();
    let last: Record<string, string> = {};
    for (let i = 0; i * every <= minutes * 60_000; i++) last = watch.read(meter(at(i)), every);
    return [last, watch];
  };

  it('is doubted when its own counter counts something else, and not when it agrees', () => {
    const counting = (watts: number) => (i: number) => ({
      'meter.power': 400,
      'meter.energy.import': Math.floor((1e6 + watts * 10 * i) / 3600) * 3600,
    });
    expect(run(20, counting(900))[0]['power']).toContain('while its energy counter counted 898 W.');
    expect(run(60, counting(400))[0]['power']).toBe('measured 400');
  });

  it('is doubted when its current moves, either way round, and not when it idles or is rounded', () => {
    const [power] = run(16, (i) => ({ 'meter.power': 400, 'meter.current': 2 + (i % 10) / 5 }));
    expect(power['power']).toBe('unconfirmed 400: It has stood still for 16 min, while its current moved between 2 A and 3.8 A.');
    const [current] = run(16, (i) => ({ 'meter.power': 400 + (i % 10) * 50, 'meter.current': 2 }));
    expect(current['current']).toContain('while its power moved between 400 W and 850 W');
    expect(run(600, () => ({ 'meter.power': 87, 'meter.current': 0.4, 'meter.voltage': 230 }))[0]['power']).toBe('measured 87');
    expect(run(600, (i) => ({ 'meter.power': 0, 'meter.voltage': 229 + (i % 3) }))[0]['power']).toBe('measured 0');
    expect(run(600, (i) => ({ 'meter.power': 90, 'meter.current': 0.4 + (i % 2) / 10 }))[0]['power']).toBe('measured 90');
  });

  it('of a meter that always moved before is frozen, in all that it tells, until anything moves', () => {
    const moving = (i: number): Partial<Record<MetricId, number>> => ({
      'meter.power': 400 + (i % 7),
      'meter.voltage': 229 + (i % 5) / 10,
    });
    const [last, watch] = run(60, (i) => moving(Math.min(i, 100)));
    expect(last['power']).toContain('unconfirmed 402: Nothing of this meter has moved for');
    expect(last['voltage']).toContain('unconfirmed');
    expect(watch.read(meter(moving(3)))['power']).toBe('measured 403');
    expect(watch.events).toEqual(['meter.implausible frozen', 'meter.implausible frozen']);
    expect(run(600, () => moving(1))[0]['power']).toBe('measured 401');
  });

  it('is none of a source that was not read anew: an hourly one tells the same moment again and again', () => {
    const watch = new Watch();
    let last: Record<string, string> = {};
    for (let i = 0; i < 360; i++) last = watch.read([reading('meter.power', 400, METER, NOW), reading('meter.current', 2 + (i % 10) / 5)]);
    expect(last['power']).toBe('measured 400');
  });
});

it('calls a value that lies every other time one finding', () => {
  const watch = new Watch();
  for (let i = 0; i < 10; i++) watch.read([reading('meter.power.factor', i % 2 === 0 ? 64 : 0.64)]);
  expect(watch.events).toEqual(['meter.implausible range']);
  for (let i = 0; i < 3; i++) watch.read([reading('meter.power.factor', 0.64)]);
  expect(watch.events).toEqual(['meter.implausible range', 'meter.plausible range']);
});
