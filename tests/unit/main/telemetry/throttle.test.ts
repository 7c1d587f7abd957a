import { describe, expect, it } from 'vitest';
import type { Reading } from '@shared/model/series';
import { ThrottleSeries } from '../../../../src-main/core/telemetry/throttle';

const mask = (value: number | null, device = 'gpu0'): Reading => ({
  device,
  label: 'H100',
  metric: 'gpu.clock.events',
  provenance: 'measured',
  value,
});
const told = (readings: readonly Reading[]): Record<string, number | null> =>
  Object.fromEntries(readings.map(({ device, metric, value }) => [`${device} ${metric}`, value]));

describe('ThrottleSeries', () => {
  it('gives 0 and 1 of all reasons together, and of each from the first time it held', () => {
    const series = new ThrottleSeries([]);
    expect(told(series.extend([mask(0)]))).toEqual({ 'gpu0 gpu.clock.events': 0, 'gpu0 gpu.throttled': 0 });
    // Idle and an application's clocks are no throttling.
    expect(told(series.extend([mask(0x3)]))).toEqual({ 'gpu0 gpu.clock.events': 3, 'gpu0 gpu.throttled': 0 });
    expect(told(series.extend([mask(0x24)]))).toEqual({
      'gpu0 gpu.clock.events': 0x24,
      'gpu0 gpu.throttled': 1,
      'gpu0 gpu.throttled.sw_power_cap': 1,
      'gpu0 gpu.throttled.sw_thermal': 1,
    });
    expect(told(series.extend([mask(0x4)]))).toMatchObject({
      'gpu0 gpu.throttled': 1,
      'gpu0 gpu.throttled.sw_power_cap': 1,
      'gpu0 gpu.throttled.sw_thermal': 0,
    });
    expect(told(series.extend([mask(0)]))).toMatchObject({
      'gpu0 gpu.throttled': 0,
      'gpu0 gpu.throttled.sw_power_cap': 0,
      'gpu0 gpu.throttled.sw_thermal': 0,
    });
    expect(Object.keys(told(series.extend([mask(0, 'gpu1')])))).toEqual(['gpu1 gpu.clock.events', 'gpu1 gpu.throttled']);
  });

  it('is missing where the mask is, and goes on with the series of earlier sessions', () => {
    const series = new ThrottleSeries([{ id: 7, device: 'gpu0', metric: 'gpu.throttled.hw_thermal', provenance: 'measured', label: '' }]);
    expect(told(series.extend([mask(null)]))).toEqual({
      'gpu0 gpu.clock.events': null,
      'gpu0 gpu.throttled': null,
      'gpu0 gpu.throttled.hw_thermal': null,
    });
    expect(told(series.extend([mask(0)]))).toMatchObject({ 'gpu0 gpu.throttled.hw_thermal': 0 });
    expect(series.extend([mask(0)])[1]).toMatchObject({ provenance: 'measured', label: 'H100' });
  });

  it('leaves readings without a mask alone', () => {
    const readings: Reading[] = [{ ...mask(1), metric: 'gpu.load' }];
    expect(new ThrottleSeries([]).extend(readings)).toBe(readings);
  });
});
