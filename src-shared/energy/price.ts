import { kwh } from './units';

/** Cost of energy, in the price's currency: E · price. @param pricePerKwh currency per kWh */
export function energyCost(energyJ: number, pricePerKwh: number): number {
  return kwh(energyJ) * pricePerKwh;
}

/** Location-based emissions, kg CO2e: E · grid factor (GHG Protocol Scope 2). @param gridKgPerKwh kg CO2e per kWh */
export function energyCo2eKg(energyJ: number, gridKgPerKwh: number): number {
  return kwh(energyJ) * gridKgPerKwh;
}

/** What a constant power costs in an hour, in the price's currency. */
export function costPerHour(powerW: number, pricePerKwh: number): number {
  return (powerW / 1000) * pricePerKwh;
}

/** What a constant power emits in an hour, kg CO2e. */
export function co2ePerHourKg(powerW: number, gridKgPerKwh: number): number {
  return (powerW / 1000) * gridKgPerKwh;
}
