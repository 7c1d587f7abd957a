import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Share } from '@shared/energy/booking';
import { powerFlow, type FlowPoint } from '@shared/energy/power-flow';
import { PowerFlow } from '@shared/model/power-flow';
import { quantity, withheld } from '@shared/model/provenance';

const part = (device: string, watts: number, label = device) => ({ device, label, powerW: quantity(watts, 'W', 'measured') });
const idle: readonly Share[] = [{ account: 'idle', share: 1, allocated: false }];

function point(devices: FlowPoint['devices'], parts: FlowPoint['parts'] = devices): FlowPoint {
  return { atMs: 5, facilityPowerW: quantity(700, 'W', 'modelled'), itPowerW: quantity(500, 'W', 'derived'), devices, parts };
}

describe('where the power of a room goes', () => {
  it('each part goes to its holders, and what the facility draws beyond the IT stands apart', () => {
    const flow = powerFlow(point([part('gpu0', 300), part('cpu0', 200)]), (place) =>
      place === 'gpu0'
        ? [{ account: 'run:r1', share: 1, allocated: false }]
        : [
            { account: 'run:r1', share: 0.25, allocated: true },
            { account: 'other', share: 0.25, allocated: true },
            { account: 'idle', share: 0.5, allocated: true },
          ],
    );
    expect(PowerFlow.parse(flow)).toEqual(flow);
    expect(flow.infrastructureW).toMatchObject({ value: 200, provenance: 'modelled' });
    expect(flow.parts.map(({ device, holders }) => [device, holders])).toEqual([
      ['gpu0', [{ account: 'run:r1', powerW: 300, allocated: false }]],
      [
        'cpu0',
        [
          { account: 'run:r1', powerW: 50, allocated: true },
          { account: 'other', powerW: 50, allocated: true },
          { account: 'idle', powerW: 100, allocated: true },
        ],
      ],
    ]);
  });

  it('a silent part has no holders and no zero; the difference to a withheld sum is withheld too', () => {
    const silent = { device: 'gpu0', label: 'gpu0', powerW: withheld('W', 'stale') };
    const flow = powerFlow({ ...point([silent, part('cpu0', 80)]), itPowerW: withheld('W', 'stale') }, () => idle);
    expect(flow.parts).toMatchObject([
      { device: 'gpu0', powerW: { value: null, withheld: 'stale' }, holders: [] },
      { device: 'cpu0', powerW: { value: 80 }, holders: [{ account: 'idle', powerW: 80 }] },
    ]);
    expect(flow.infrastructureW).toMatchObject({ value: null, withheld: 'stale' });
  });

  it('meters that contradict each other withhold what lies between them', () => {
    const flow = powerFlow({ ...point([part('cpu0', 800)]), itPowerW: quantity(800, 'W', 'measured') }, () => idle);
    expect(flow.infrastructureW).toMatchObject({ value: null, withheld: 'inconsistent-meters' });
  });

  it('of several nodes the parts are the nodes, each with the holders of what stands in it', () => {
    const devices = [part('gpu0', 100), part('node/n2/gpu0', 150), part('node/n2/gpu1', 250)];
    const flow = powerFlow(point(devices, [part('host', 100), part('node/n2', 400, 'n2')]), (place) =>
      place === 'node/n2/gpu1' ? [{ account: 'other', share: 1, allocated: false }] : idle,
    );
    expect(flow.parts.map(({ device, holders }) => [device, holders.map(({ account, powerW }) => [account, powerW])])).toEqual([
      ['host', [['idle', 100]]],
      [
        'node/n2',
        [
          ['idle', 150],
          ['other', 250],
        ],
      ],
    ]);
  });

  it('two powers of one device are one part', () => {
    const flow = powerFlow(point([part('cpu0', 60), part('cpu0', 20)]), () => idle);
    expect(flow.parts).toMatchObject([{ device: 'cpu0', powerW: { value: 80 }, holders: [{ powerW: 80 }] }]);
  });

  it('the holders of a part add up to it, whatever the shares', () => {
    const shares = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }).map((weights): Share[] => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.map((weight, i) => ({ account: i === 0 ? 'idle' : `run:${i}`, share: weight / sum, allocated: true }));
    });
    fc.assert(
      fc.property(shares, fc.double({ min: 0.1, max: 1e6, noNaN: true }), (own, watts) => {
        const [only] = powerFlow(point([part('gpu0', watts)]), () => own).parts;
        expect(only!.holders.reduce((sum, { powerW }) => sum + powerW, 0)).toBeCloseTo(watts, 6 - Math.ceil(Math.log10(watts)));
      }),
    );
  });
});
