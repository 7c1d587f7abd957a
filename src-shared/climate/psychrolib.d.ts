/** What is used of PsychroLib 2.5.0 (MIT): the equations of the ASHRAE Handbook – Fundamentals 2017, chapter 1. */
interface PsychroLib {
  readonly SI: number;
  SetUnitSystem(system: number): void;
  /** Pa at an altitude of m. */
  GetStandardAtmPressure(altitudeM: number): number;
  /** °C from °C and 0–1. */
  GetTDewPointFromRelHum(dryBulbC: number, relativeHumidity: number): number;
  /** °C from °C, 0–1 and Pa. */
  GetTWetBulbFromRelHum(dryBulbC: number, relativeHumidity: number, pressurePa: number): number;
  /** 0–1 from °C. */
  GetRelHumFromTDewPoint(dryBulbC: number, dewPointC: number): number;
  /** kg of water a kg of dry air. */
  GetHumRatioFromRelHum(dryBulbC: number, relativeHumidity: number, pressurePa: number): number;
  GetHumRatioFromTDewPoint(dewPointC: number, pressurePa: number): number;
  /** J a kg of dry air. */
  GetMoistAirEnthalpy(dryBulbC: number, humidityRatio: number): number;
  /** kg a m³. */
  GetMoistAirDensity(dryBulbC: number, humidityRatio: number, pressurePa: number): number;
}
declare const psychrolib: PsychroLib;
export default psychrolib;
