/** 1 kWh = 3.6 MJ. */
export const J_PER_KWH = 3_600_000;

/** Energy in J as kWh. */
export function kwh(energyJ: number): number {
  return energyJ / J_PER_KWH;
}

/** Degrees Celsius as kelvin. */
export function kelvin(tempC: number): number {
  return tempC + 273.15;
}
