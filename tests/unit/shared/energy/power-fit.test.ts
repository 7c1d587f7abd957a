import { expect, it } from 'vitest';
import { fitTargets } from '@shared/energy/fit-targets';
import { modelledPower } from '@shared/energy/fitted-facility';
import { fitPower, fittedPower, type FitData, type FittedCurve } from '@shared/energy/power-fit';
import { fitNonNegative } from '@shared/energy/robust-fit';
import type { PowerFit } from '@shared/model/power-fit';
import type { PlacedMeter, PowerPlace, PowerPlaceKind } from '@shared/model/power-tree';
import { defaultSettings } from '@shared/model/settings';
import type { KeyedMessage } from '@shared/text/message';
import { random as randomFrom } from '../../../helpers/random';

const pause = (): Promise<void> => Promise.resolve();
const whole = (fitted: FittedCurve | KeyedMessage): PowerFit => {
  if ('id' in fitted) throw new Error(fitted.id);
  const of = {
    of: 'ups-1',
    kind: 'loss',
    name: 'UPS',
    fromMs: 0,
    toMs: 1,
    madeAtMs: 1,
    bucketMs: 1,
    meters: { above: [], below: [] },
  } as const;
  return { ...fitted, ...of, meters: { above: [], below: [] } };
};

/** Normal by Box and Muller. */
function noise(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A day of a UPS between 20 and 80 kW, one in eight moments wild, with what it really loses. */
function upsDay(seed: number): { data: FitData; lossW: (load: number) => number } {
  const random = randomFrom(seed);
  const lossW = (load: number): number => 1200 + 0.025 * load + 2.5e-7 * load * load;
  const load = Array.from({ length: 900 }, (_, i) => 50_000 + 30_000 * Math.sin(i / 40) + 500 * noise(random));
  const told = load.map((x, i) => (i % 8 === 0 ? 20_000 * random() : lossW(x) + 60 * noise(random)));
  return { data: { load, told, outdoor: null }, lossW };
}

it.each([1, 2, 3])('finds a loss curve under noise and wild points, to 2 % over the loads that were seen (seed %i)', async (seed) => {
  const { data, lossW } = upsDay(seed);
  const fit = whole(await fitPower('loss', data, pause));
  for (let load = 21_000; load <= 79_000; load += 2_000) {
    const at = fittedPower(fit, load, null);
    expect(Math.abs((at ?? 0) / lossW(load) - 1)).toBeLessThan(0.02);
  }
  expect(fit.scaleW).toBeGreaterThan(50);
  expect(fit.scaleW).toBeLessThan(90);
  expect(fit.outliers).toBeGreaterThan(80);
  expect(fit.r2).toBeGreaterThan(0.95);
  expect(fit.points + fit.impossible).toBe(900);
});

it('says nothing beyond the loads that were seen, and of no weather that was not', async () => {
  const fit = whole(await fitPower('loss', upsDay(1).data, pause));
  expect(fittedPower(fit, 120_000, null)).toBeNull();
  expect(fittedPower(fit, 5_000, null)).toBeNull();
  expect(fittedPower(fit, fit.loadW.high, null)).not.toBeNull();
});

it('finds where the free cooling of a plant ends, and what each degree above costs', async () => {
  const random = randomFrom(7);
  const load = Array.from({ length: 1200 }, (_, i) => 60_000 + 25_000 * Math.sin(i / 31));
  const outdoor = load.map((_, i) => 12 + 10 * Math.sin(i / 150));
  const plantW = (x: number, t: number): number => 3_000 + x * (0.06 + 0.009 * Math.max(0, t - 14));
  const told = load.map((x, i) => (i % 10 === 0 ? 0 : plantW(x, outdoor[i] ?? 0) * (1 + 0.02 * noise(random))));
  const fit = whole(await fitPower('cooling', { load, told, outdoor }, pause));
  expect(fit.curve.aboveC).toBeGreaterThan(12.5);
  expect(fit.curve.aboveC).toBeLessThan(15.5);
  for (const [x, t] of [
    [40_000, 4],
    [60_000, 12],
    [80_000, 20],
  ] as const)
    expect(Math.abs((fittedPower(fit, x, t) ?? 0) / plantW(x, t) - 1)).toBeLessThan(0.04);
  expect(fittedPower(fit, 60_000, 35)).toBeNull();
  expect(fittedPower(fit, 60_000, null)).toBeNull();
  // Without a sensor outdoors the load alone tells, and less.
  const blind = whole(await fitPower('cooling', { load, told, outdoor: null }, pause));
  expect(blind.curve.aboveC).toBeNull();
  expect(blind.scaleW).toBeGreaterThan(2 * fit.scaleW);
});

it('makes no curve of what cannot bear one, and says why', async () => {
  const { data } = upsDay(1);
  const few = { ...data, load: data.load.slice(0, 40), told: data.told.slice(0, 40) };
  expect(await fitPower('loss', few, pause)).toMatchObject({ id: 'message.fit.few', params: { points: 40 } });
  const narrow = { ...data, load: data.load.map((x) => 50_000 + x / 100) };
  expect(await fitPower('loss', narrow, pause)).toMatchObject({ id: 'message.fit.narrow' });
  const backwards = { ...data, told: data.told.map((w) => -3 * w) };
  expect(await fitPower('loss', backwards, pause)).toMatchObject({ id: 'message.fit.impossible' });
  const random = randomFrom(3);
  const wild = { ...data, told: data.load.map(() => 1000 * Math.exp(3 * noise(random))) };
  expect(await fitPower('loss', wild, pause)).toMatchObject({ id: 'message.fit.scatter' });
});

it('has no part below zero, where plain least squares would', () => {
  const x = [1, 2, 3, 4, 5, 6];
  const falling = fitNonNegative([x.map(() => 1), x], [10, 9, 8.2, 7, 6.1, 5]);
  expect(falling.coefficients[1]).toBe(0);
  expect(falling.coefficients[0]).toBeCloseTo(7.55, 1);
});

const place = (id: string, kind: PowerPlaceKind, parent: string | null, meters: PlacedMeter[] = []): PowerPlace => ({
  id,
  kind,
  name: id,
  parent,
  position: 0,
  device: null,
  meters,
});
const meter = (device: string, side: 'input' | 'output'): PlacedMeter => ({ device, side, classPercent: 1 });

it('takes what comes out of a place from its own meter, else from all that it feeds', () => {
  const places = [
    place('grid', 'utility', null, [meter('sensor/grid', 'output')]),
    place('ups', 'ups', 'grid', [meter('sensor/in', 'input')]),
    place('pdu', 'pdu', 'ups', [meter('sensor/pdu', 'input'), meter('sensor/pdu-out', 'output')]),
    place('rack', 'rack', 'ups'),
    place('n1', 'node', 'rack', [meter('sensor/n1', 'input')]),
    place('n2', 'node', 'rack', [meter('sensor/n2', 'input')]),
    place('crah', 'cooling', 'grid'),
  ];
  const { targets, without } = fitTargets({ revision: 1, places }, []);
  expect(targets).toEqual([
    { of: 'ups', kind: 'loss', name: 'ups', above: ['sensor/in'], below: ['sensor/pdu', 'sensor/n1', 'sensor/n2'] },
    { of: 'pdu', kind: 'loss', name: 'pdu', above: ['sensor/pdu'], below: ['sensor/pdu-out'] },
    { of: 'facility', kind: 'facility', name: '', above: ['sensor/grid'], below: [] },
  ]);
  expect(without).toEqual([{ of: 'crah', kind: 'cooling', name: 'crah', why: { id: 'message.fit.noInput', params: {} } }]);
  const open = places.filter(({ id }) => id !== 'n2').concat(place('n2', 'node', 'rack'));
  expect(fitTargets({ revision: 1, places: open }, []).without[0]).toMatchObject({ of: 'ups', why: { id: 'message.fit.noOutput' } });
});

it('models the facility by the curves where they reach, and by the settings beyond, which it tells', async () => {
  const { data, lossW } = upsDay(2);
  const ups = { ...whole(await fitPower('loss', data, pause)), of: 'ups' };
  const places = [place('grid', 'utility', null), place('ups', 'ups', 'grid')];
  const { facility } = defaultSettings;
  const assumed = (itW: number): number => modelledPower(itW, 100_000, facility, { fits: [], places, outdoorC: null }).totalW;
  const fitted = modelledPower(50_000, 100_000, facility, { fits: [ups], places, outdoorC: null });
  expect(fitted).toMatchObject({ fits: ['ups'], outside: [] });
  expect(fitted.totalW).not.toBeCloseTo(assumed(50_000), -2);
  // With all of it fitted there is nothing of the settings left but what is fixed.
  const cooling = { ...ups, of: 'crah', kind: 'cooling' as const };
  const all = modelledPower(
    50_000,
    100_000,
    { ...facility, fixedPercent: 0, pdu: { a0: 0, a1: 0, a2: 0 } },
    {
      fits: [ups, cooling],
      places: [...places, place('crah', 'cooling', 'grid')],
      outdoorC: null,
    },
  );
  expect(Math.abs(all.totalW / (50_000 + 2 * lossW(50_000)) - 1)).toBeLessThan(0.002);
  const beyond = modelledPower(150_000, 100_000, facility, { fits: [ups], places, outdoorC: null });
  expect(beyond).toEqual({ totalW: assumed(150_000), fits: [], outside: ['ups'] });
});
