import psychrolib from 'psychrolib';

psychrolib.SetUnitSystem(psychrolib.SI);

/** What PsychroLib has formulas for. */
const MIN_C = -100;
const MAX_C = 200;

/** Moist air at one point. Temperatures in °C. */
export interface MoistAir {
  readonly dryBulbC: number;
  /** %, 0–100. */
  readonly relativeHumidity: number;
  readonly dewPointC: number;
  readonly wetBulbC: number;
  /** Grams of water a kilogram of dry air. */
  readonly humidityRatio: number;
  /** kJ a kilogram of dry air. */
  readonly enthalpy: number;
  /** kg a m³. */
  readonly density: number;
}

/** Standard pressure, Pa, at an altitude in m (ASHRAE Handbook – Fundamentals 2017, chapter 1, eq. 3). */
export const pressureAt = (altitudeM: number): number => psychrolib.GetStandardAtmPressure(altitudeM);

/** Dew point in °C of air at a temperature in °C and a relative humidity in %; null for air without any water, or outside of what the formulas know. */
export function dewPoint(dryBulbC: number, relativeHumidity: number): number | null {
  return isKnown(dryBulbC, relativeHumidity) && relativeHumidity > 0
    ? psychrolib.GetTDewPointFromRelHum(dryBulbC, Math.min(1, relativeHumidity / 100))
    : null;
}

/** Grams of water a kilogram of dry air, of air at °C and %; null as for `dewPoint`. */
export function humidityRatio(dryBulbC: number, relativeHumidity: number, pressurePa: number): number | null {
  return isKnown(dryBulbC, relativeHumidity)
    ? 1000 * psychrolib.GetHumRatioFromRelHum(dryBulbC, Math.min(1, relativeHumidity / 100), pressurePa)
    : null;
}

/** Grams of water a kilogram of dry air, of air with a dew point in °C. */
export const humidityRatioAtDewPoint = (dewPointC: number, pressurePa: number): number =>
  1000 * psychrolib.GetHumRatioFromTDewPoint(dewPointC, pressurePa);

/** Relative humidity, %, of air at °C with a dew point in °C; more than its own temperature means saturated. */
export const relativeHumidityAt = (dryBulbC: number, dewPointC: number): number =>
  dewPointC >= dryBulbC ? 100 : 100 * psychrolib.GetRelHumFromTDewPoint(dryBulbC, dewPointC);

/** All that follows from temperature (°C), relative humidity (%) and pressure (Pa); null as for `dewPoint`. */
export function moistAir(dryBulbC: number, relativeHumidity: number, pressurePa: number): MoistAir | null {
  const dewPointC = dewPoint(dryBulbC, relativeHumidity);
  if (dewPointC === null) return null;
  const share = Math.min(1, relativeHumidity / 100);
  const ratio = psychrolib.GetHumRatioFromRelHum(dryBulbC, share, pressurePa);
  return {
    dryBulbC,
    relativeHumidity: share * 100,
    dewPointC,
    wetBulbC: psychrolib.GetTWetBulbFromRelHum(dryBulbC, share, pressurePa),
    humidityRatio: ratio * 1000,
    enthalpy: psychrolib.GetMoistAirEnthalpy(dryBulbC, ratio) / 1000,
    density: psychrolib.GetMoistAirDensity(dryBulbC, ratio, pressurePa),
  };
}

function isKnown(dryBulbC: number, relativeHumidity: number): boolean {
  return Number.isFinite(dryBulbC) && dryBulbC >= MIN_C && dryBulbC <= MAX_C && relativeHumidity >= 0 && relativeHumidity <= 110;
}
