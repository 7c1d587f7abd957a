import { describe, expect, it } from 'vitest';
import type { Series } from '@shared/model/series';
import { selectSeries } from '../../../../src-main/core/transfer/selection';

describe('selectSeries', () => {
  const series: Series[] = (['gpu0', 'gpu1', 'cpu0', 'a.b'] as const).map((device, i) => ({
    id: i + 1,
    device,
    metric: i < 2 ? 'gpu.power' : 'cpu.load',
    provenance: 'measured',
    label: '',
  }));
  const pick = (over: Partial<Parameters<typeof selectSeries>[1]>): number[] =>
    selectSeries(series, { ids: [], devices: [], metrics: [], ...over }).map(({ id }) => id);

  it('takes what meets all that is asked', () => {
    expect(pick({})).toEqual([1, 2, 3, 4]);
    expect(pick({ devices: ['*pu0'] })).toEqual([1, 3]);
    expect(pick({ devices: ['*pu0'], metrics: ['gpu.*'] })).toEqual([1]);
    expect(pick({ ids: [4, 2] })).toEqual([2, 4]);
  });

  it('does not take a typing error for an empty selection', () => {
    expect(() => pick({ devices: ['gpu2'] })).toThrow('No series has a device "gpu2". There are: gpu0, gpu1');
    expect(() => pick({ devices: ['a+b'] })).toThrow('No series has a device');
    expect(() => pick({ ids: [9] })).toThrow('No series has the number 9');
    expect(() => pick({ ids: [1], metrics: ['cpu.load'] })).toThrow('meets all');
  });
});
