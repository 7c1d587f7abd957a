import { describe, expect, it } from 'vitest';
import { givenRates, gpuDeviceOf, hzOf, ratesOf, parseRates, withGpuDevice } from '@shared/model/gpu-settings';
import { defaultSettings, Gpu } from '@shared/model/settings';

const { gpu } = defaultSettings;

describe('settings of GPUs', () => {
  it('keep an entry only for a GPU that differs', () => {
    const fast = withGpuDevice(gpu, 'gpu3', { hz: 10 });
    expect(fast.devices).toEqual({ gpu3: { hz: 10 } });
    expect(gpuDeviceOf(fast, 'gpu0')).toEqual({ hz: null });
    expect(withGpuDevice(fast, 'gpu3', { hz: null })).toEqual(gpu);
    // A device may have any name, also one that every object knows.
    expect(gpuDeviceOf(gpu, 'constructor')).toEqual({ hz: null });
  });

  it('tell the rate of each GPU', () => {
    const rates = ratesOf(withGpuDevice({ ...gpu, hz: 2 }, 'gpu1', { hz: 10 }));
    expect(['gpu0', 'gpu1', 'toString'].map((device) => hzOf(rates, device))).toEqual([2, 10, 2]);
  });

  it.each([
    ['5', 5, {}],
    ['gpu3=10', 1, { gpu3: 10 }],
    ['2, gpu0=10,gpu1=1', 2, { gpu0: 10, gpu1: 1 }],
  ])('are taken from %j', (typed, hz, devices) => {
    const next = parseRates(gpu, typed);
    expect(next && ratesOf(next)).toEqual({ hz, devices });
  });

  it.each(['', '0', '11', '1.5', 'ten', 'gpu0=', '=3', 'gpu0=3=4', '5,', 'gpu 0=3'])('are not taken from %j', (typed) => {
    expect(parseRates(gpu, typed)).toBeNull();
  });

  it('are refused beyond what a GPU can be asked', () => {
    for (const hz of [0, 11, 1.5, null]) expect(Gpu.safeParse({ ...gpu, hz }).success).toBe(false);
    expect(Gpu.safeParse({ hz: 1, devices: { gpu0: { hz: 12 } } }).success).toBe(false);
  });

  it('come from the environment where nothing is typed', () => {
    expect(givenRates({ COLDAISLE_GPU_HZ: '10' })).toBe('10');
    expect(givenRates({ COLDAISLE_GPU_HZ: '' })).toBeNull();
  });
});
