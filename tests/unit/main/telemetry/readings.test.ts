import { describe, expect, it } from 'vitest';
import { checkReadings } from '../../../../src-main/core/telemetry/readings';

const good = { device: 'host', label: 'Host', metric: 'cpu.load', provenance: 'measured', value: 50 };

describe('checkReadings', () => {
  it.each([
    ['not a number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['beyond the catalogue', 4_294_967_295],
    ['below it', -1],
    ['a text', '50'],
    ['absent', undefined],
  ])('makes a value that is %s a missing one', (_what, value) => {
    expect(checkReadings([{ ...good, value }])).toEqual([{ ...good, value: null }]);
  });

  it('keeps zero', () => {
    expect(checkReadings([{ ...good, value: 0 }])).toEqual([{ ...good, value: 0 }]);
  });

  it.each([
    ['no list', { readings: [] }],
    ['nothing', undefined],
    ['a list of something else', [42]],
    ['an unknown metric', [{ ...good, metric: 'cpu.mood' }]],
    ['an unknown provenance', [{ ...good, provenance: 'guessed' }]],
    ['no device', [{ ...good, device: '' }]],
    ['an endless device', [{ ...good, device: 'x'.repeat(121) }]],
  ])('refuses %s as a whole', (_what, answer) => {
    expect(checkReadings(answer)).toBeNull();
  });

  it('takes a metric that its source brings along, by the range that it has', () => {
    const definition = { name: 'Flow', unit: 'l/min', kind: 'rate', digits: 1, range: [0, 100], better: 'higher' } as const;
    const own = { ...good, metric: 'coolant/flow', definition };
    expect(checkReadings([own])).toEqual([own]);
    expect(checkReadings([{ ...own, value: 101 }])).toEqual([{ ...own, value: null }]);
    expect(checkReadings([{ ...own, definition: { ...definition, range: null }, value: -1e9 }])).toEqual([
      { ...own, definition: { ...definition, range: null }, value: -1e9 },
    ]);
    expect(checkReadings([{ ...own, definition: { ...definition, kind: 'vibe' } }])).toBeNull();
  });

  it('counts a reading given twice once', () => {
    expect(checkReadings([good, { ...good, value: 60 }])).toEqual([{ ...good, value: 60 }]);
  });
});
