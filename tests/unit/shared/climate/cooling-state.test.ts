import { coolingState, type CoolingInput } from '@shared/climate/cooling-state';
import type { SensorValue } from '@shared/climate/sensor-values';
import type { TreeNode } from '@shared/model/device-tree';
import { quantity, withheld } from '@shared/model/provenance';
import { defaultSettings } from '@shared/model/settings';
import { describe, expect, it } from 'vitest';

const place = (id: string, kind: TreeNode['kind'], parent: string | null, name = id): TreeNode => ({
  id,
  kind,
  parent,
  name,
  position: 0,
  unit: null,
  heightU: null,
});
const places = [
  place('h', 'hall', null),
  place('r1', 'rack', 'h', 'R1'),
  place('node/a', 'node', 'r1'),
  place('r2', 'rack', 'h', 'R2'),
  place('node/b', 'node', 'r2'),
];
const told = (device: string, value: number | null, label = ''): SensorValue => ({ device, label, value, provenance: 'measured' });

function input(given: Partial<CoolingInput>): CoolingInput {
  return {
    atMs: 0,
    settings: { thermalClass: 'A1', altitudeM: 0, sensors: [], outdoor: null },
    places,
    temperatures: [
      told('node/a/sensor/inlet', 22),
      told('node/a/sensor/outlet', 32),
      told('node/b/sensor/inlet', 29),
      told('node/b/sensor/outlet', 49),
      told('room/supply-air', 18),
      told('room/return-air', 30),
    ],
    humidities: [],
    dewPoints: [],
    year: null,
    plant: {
      places: [],
      itPowerW: withheld('W', 'no-sensor'),
      ratedW: null,
      facility: defaultSettings.facility,
      heat: [],
      flow: [],
      power: [],
      running: [],
      alarm: [],
      load: [],
    },
    nodePower: new Map([
      ['node/a', quantity(1000, 'W', 'measured')],
      ['node/b', quantity(4000, 'W', 'modelled')],
    ]),
    ...given,
  };
}

describe('the state of the cooling', () => {
  it('knows each rack by the sensors of its machines', () => {
    const [r1, r2] = coolingState(input({})).zones;
    expect(r1).toMatchObject({ id: 'r1', name: 'R1', level: 'recommended' });
    expect(r1?.riseK).toMatchObject({ value: 10, provenance: 'derived' });
    // 1 kW at 10 K, in air of 22 °C (1.19 kg/m³).
    expect(r1?.airflow.value).toBeCloseTo(300.4, 0);
    expect(r2).toMatchObject({ name: 'R2', level: 'allowable' });
    expect(r2?.inletC.value).toBe(29);
    expect(r2?.airflow.provenance).toBe('modelled');
  });

  it('has the indices of all racks', () => {
    const state = coolingState(input({}));
    // One of two inlets is 2 K above 27 °C, of 5 K each that are allowed.
    expect(state.rciHigh.value).toBeCloseTo(80, 9);
    expect(state.rciLow.value).toBe(100);
    // Air through the racks: 1000/10 and 4000/20, so 100 and 200; the mean rise is (10·100 + 20·200)/300.
    expect(state.rti.value).toBeCloseTo((100 * 12) / (5000 / 300), 9);
    expect(state.shi.value).toBeCloseTo((100 * 4 + 200 * 11) / (100 * 14 + 200 * 31), 9);
    expect(state.inletC.value).toBe(29);
  });

  it('carries the dew point of the room to inlets without a sensor of their own', () => {
    const state = coolingState(input({ humidities: [told('room/supply-air', 60), told('node/a/sensor/inlet', 40)] }));
    const inlet = (device: string): (typeof state.sensors)[number] | undefined => state.sensors.find((sensor) => sensor.device === device);
    expect(inlet('node/a/sensor/inlet')?.relativeHumidity).toMatchObject({ value: 40, provenance: 'measured' });
    // The mean of the dew points of 18 °C at 60 % (10.1 °C) and 22 °C at 40 % (7.8 °C), at 29 °C.
    expect(state.dewPointC.value).toBeCloseTo(8.95, 1);
    expect(inlet('node/b/sensor/inlet')?.relativeHumidity).toMatchObject({ provenance: 'derived' });
    expect(inlet('node/b/sensor/inlet')?.relativeHumidity.value).toBeCloseTo(28.6, 0);
  });

  it('knows the water through a rack that has its own, where no air carries a part', () => {
    const sensors = [
      { device: 'sensor/cdu/in', role: 'water-supply' as const, zone: 'R2' },
      { device: 'sensor/cdu/out', role: 'water-return' as const, zone: 'R2' },
    ];
    const settings = { thermalClass: 'A1' as const, altitudeM: 0, sensors, outdoor: null };
    const water = [told('sensor/cdu/in', 30), told('sensor/cdu/out', 38)];
    const liquid = coolingState(input({ settings, temperatures: [...water, told('node/b/sensor/inlet', 25)] })).zones[0];
    expect(liquid).toMatchObject({ name: 'R2', waterRiseK: { value: 8 }, airflow: { value: null } });
    // 4 kW over 8 K: 1.43 L/min a kW at 10 K.
    expect(liquid?.waterFlow.value).toBeCloseTo((4 * 1.43 * 60 * 10) / 8 / 1_000, 2);
    const both = coolingState(input({ settings, temperatures: [...water, ...input({}).temperatures] })).zones.find(
      ({ name }) => name === 'R2',
    );
    expect(both).toMatchObject({ airflow: { withheld: 'no-sensor' }, waterFlow: { withheld: 'no-sensor' } });
  });

  it('judges by moisture too', () => {
    const state = coolingState(input({ humidities: [told('node/a/sensor/inlet', 90)] }));
    expect(state.sensors[0]).toMatchObject({ level: 'outside', faults: ['too-humid'] });
    expect(coolingState(input({ humidities: [told('room/outdoor', 95)] })).sensors[0]?.faults).toEqual([]);
  });

  it('withholds what it cannot know, and says why', () => {
    const silent = coolingState(
      input({
        temperatures: [told('node/a/sensor/inlet', null), told('node/b/sensor/inlet', 24), told('room/supply-air', 18)],
        nodePower: new Map([['node/a', withheld('W', 'stale')]]),
      }),
    );
    expect(silent.rciHigh).toMatchObject({ value: null, withheld: 'missing' });
    expect(silent.rti).toMatchObject({ value: null, withheld: 'no-sensor' });
    expect(silent.zones[0]?.powerW).toMatchObject({ value: null, withheld: 'stale' });
    expect(silent.zones[0]?.airflow.value).toBeNull();
    expect(silent.sensors[0]).toMatchObject({ level: null, faults: [] });
    expect(coolingState(input({ temperatures: [] })).inletC).toMatchObject({ value: null, withheld: 'no-sensor' });
  });

  it('follows what a person said of a sensor', () => {
    const sensors = [
      { device: 'sensor/x/t1', role: 'inlet' as const, zone: 'R2' },
      { device: 'node/a/sensor/inlet', role: 'none' as const, zone: '' },
      { device: 'sensor/x/t2', role: 'outlet' as const, zone: 'Shelf' },
    ];
    const state = coolingState(
      input({
        settings: { thermalClass: 'A1', altitudeM: 0, sensors, outdoor: null },
        temperatures: [told('sensor/x/t1', 25), told('node/a/sensor/inlet', 40), told('sensor/x/t2', 35)],
      }),
    );
    expect(state.zones.map(({ id, name }) => [id, name])).toEqual([
      ['r2', 'R2'],
      ['zone/Shelf', 'Shelf'],
    ]);
    expect(state.sensors[1]).toMatchObject({ role: null, byName: false, level: null });
    expect(state.inletC.value).toBe(25);
  });

  it('knows the air outdoors by sensors, else by hand, else by the year, and says which', () => {
    const outdoor = (given: Partial<CoolingInput>): ReturnType<typeof coolingState>['outdoor'] => coolingState(input(given)).outdoor;
    expect(outdoor({})).toMatchObject({
      basis: null,
      dryBulbC: { value: null, withheld: 'no-sensor' },
      wetBulbC: { withheld: 'no-sensor' },
    });
    const bySensor = outdoor({ temperatures: [told('room/outdoor', 20)], humidities: [told('room/outdoor', 50)] });
    expect(bySensor).toMatchObject({ basis: 'sensor', relativeHumidity: { value: 50, provenance: 'measured' } });
    expect(bySensor.wetBulbC).toMatchObject({ provenance: 'derived' });
    expect(bySensor.wetBulbC.value).toBeCloseTo(13.7834, 3);
    expect(bySensor.dewPointC.value).toBeCloseTo(9.27, 1);
    // A sensor of the dew point will do.
    const byDew = outdoor({ temperatures: [told('room/outdoor', 20)], dewPoints: [told('mast/outdoor', 9.27)] });
    expect(byDew.relativeHumidity.value).toBeCloseTo(50, 0);
    const settings = { thermalClass: 'A1' as const, altitudeM: 0, sensors: [], outdoor: { dryBulbC: 20, relativeHumidity: null } };
    expect(outdoor({ settings })).toMatchObject({
      basis: 'hand',
      dryBulbC: { value: 20, provenance: 'modelled' },
      wetBulbC: { value: null, withheld: 'missing' },
    });
    // A sensor that is silent is not replaced.
    expect(outdoor({ settings, temperatures: [told('room/outdoor', null)] })).toMatchObject({ basis: 'sensor', dryBulbC: { value: null } });
    const hours = (of: (hour: number) => number): Float64Array => Float64Array.from({ length: 8_760 }, (_, hour) => of(hour));
    const year = {
      name: 'x',
      source: '',
      latitude: null,
      longitude: null,
      utcOffsetH: 1,
      altitudeM: null,
      design: { heatingC: null, coolingC: null, coolingWetBulbC: null },
      isLeap: false,
      dryBulbC: hours((hour) => hour / 1_000),
      relativeHumidity: hours(() => NaN),
    };
    // An hour before, by UTC: the second day's first hour at the place.
    expect(outdoor({ year, atMs: Date.UTC(2030, 0, 1, 23) })).toMatchObject({
      basis: 'year',
      dryBulbC: { value: 0.024, provenance: 'modelled' },
      relativeHumidity: { value: null, withheld: 'missing' },
    });
  });
});
