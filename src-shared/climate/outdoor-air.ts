import type { CoolingSettings, OutdoorAir } from '../model/cooling';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '../model/provenance';
import type { WeatherYear } from '../model/weather';
import { dewPoint, moistAir, relativeHumidityAt } from './moist-air';
import { meanOf, toldQuantity, type SensorValue } from './sensor-values';
import { hourAt } from './weather-year';

export interface OutdoorInput {
  readonly atMs: number;
  readonly pressurePa: number;
  readonly hand: CoolingSettings['outdoor'];
  readonly year: WeatherYear | null;
  /** Of sensors outdoors alone: °C, %, and dew points in °C. */
  readonly temperatures: readonly SensorValue[];
  readonly humidities: readonly SensorValue[];
  readonly dewPoints: readonly SensorValue[];
}

/**
 * The air outdoors: by the sensors that are there, else by what a person said, else by the hour of the year of weather. A silent
 * sensor is replaced by neither: another's word would look like its own.
 */
export function outdoorAir(input: OutdoorInput): OutdoorAir {
  const { atMs, pressurePa, hand, year, temperatures } = input;
  if (temperatures.length > 0) {
    const dryBulbC = meanOf(temperatures.map(toldQuantity('°C')));
    return airOf('sensor', dryBulbC, humidityOf(input, dryBulbC), pressurePa);
  }
  if (hand !== null) return airOf('hand', quantity(hand.dryBulbC, '°C', 'modelled'), known(hand.relativeHumidity, '%'), pressurePa);
  if (year !== null) {
    const hour = hourAt(year, atMs);
    return airOf('year', known(year.dryBulbC[hour], '°C'), known(year.relativeHumidity[hour], '%'), pressurePa);
  }
  return airOf(null, withheld('°C', 'no-sensor'), withheld('%', 'no-sensor'), pressurePa);
}

function airOf(basis: OutdoorAir['basis'], dryBulbC: Quantity, relativeHumidity: Quantity, pressurePa: number): OutdoorAir {
  const [t, rh] = [dryBulbC.value, relativeHumidity.value];
  const air = t === null || rh === null ? null : moistAir(t, rh, pressurePa);
  const provenance = worstProvenance(['derived', dryBulbC.provenance, relativeHumidity.provenance]);
  const derived = (value: number | undefined): Quantity =>
    value === undefined
      ? withheld('°C', dryBulbC.withheld ?? relativeHumidity.withheld ?? 'missing', provenance)
      : quantity(value, '°C', provenance);
  return { basis, dryBulbC, relativeHumidity, wetBulbC: derived(air?.wetBulbC), dewPointC: derived(air?.dewPointC) };
}

/** Air keeps its water: dew points of several sensors are averaged, and give the humidity at the mean temperature. */
function humidityOf({ temperatures, humidities, dewPoints }: OutdoorInput, dryBulbC: Quantity): Quantity {
  const near = new Map(temperatures.map(({ device, value }) => [device, value]));
  const dews = humidities.map(({ device, value, provenance }): Quantity => {
    const own = near.get(device) ?? dryBulbC.value;
    const dew = own === null || value === null ? null : dewPoint(own, value);
    return dew === null ? withheld('°C', 'missing') : quantity(dew, '°C', derivedFrom(provenance));
  });
  const dew = meanOf([...dews, ...dewPoints.map(toldQuantity('°C'))]);
  // Of the only sensor: what it says itself.
  const [only] = humidities;
  if (only !== undefined && humidities.length === 1 && dewPoints.length === 0) return toldQuantity('%')(only);
  if (dew.value === null || dryBulbC.value === null) return withheld('%', dew.withheld ?? dryBulbC.withheld ?? 'missing');
  return quantity(relativeHumidityAt(dryBulbC.value, dew.value), '%', worstProvenance(['derived', dew.provenance, dryBulbC.provenance]));
}

const derivedFrom = (provenance: Provenance): Provenance => worstProvenance(['derived', provenance]);

const known = (value: number | null | undefined, unit: string): Quantity =>
  value === null || value === undefined || Number.isNaN(value) ? withheld(unit, 'missing', 'modelled') : quantity(value, unit, 'modelled');
