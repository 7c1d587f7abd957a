/** The limits that an index of rack inlets is measured by, °C. */
export interface InletLimits {
  readonly recommended: { readonly minC: number; readonly maxC: number };
  readonly allowable: { readonly minC: number; readonly maxC: number };
}

export interface RackCoolingIndex {
  /** %; 100 = no inlet is above what is recommended, 0 = all stand at the highest allowable, below 0 = beyond. */
  readonly high: number;
  /** The same for inlets that are too cold. */
  readonly low: number;
}

/**
 * Rack Cooling Index (Herrlin 2005, ASHRAE Transactions 111-2): by how much the inlets lie outside of what is recommended, of
 * how much they may. RCI_HI = 100·(1 − Σ(Tx − Tmax-rec)⁺ / (n·(Tmax-all − Tmax-rec))); RCI_LO mirrored.
 * @param inletsC °C, one for each inlet; none = there is no index
 */
export function rackCoolingIndex(inletsC: readonly number[], { recommended, allowable }: InletLimits): RackCoolingIndex | null {
  if (inletsC.length === 0) return null;
  const over = inletsC.reduce((sum, t) => sum + Math.max(0, t - recommended.maxC), 0);
  const under = inletsC.reduce((sum, t) => sum + Math.max(0, recommended.minC - t), 0);
  return {
    high: 100 * (1 - over / (inletsC.length * (allowable.maxC - recommended.maxC))),
    low: 100 * (1 - under / (inletsC.length * (recommended.minC - allowable.minC))),
  };
}

/** The least rise over the equipment by which something can be divided, K. */
const MIN_RISE_K = 0.5;

/**
 * Return Temperature Index (Herrlin 2008, ASHRAE Transactions 114-2), %: 100·(Treturn − Tsupply)/ΔT_equipment. Above 100 air
 * runs in circles through the racks, below 100 it passes them by. Temperatures in °C.
 * @returns null where the equipment warms its air too little to tell
 */
export function returnTemperatureIndex(supplyC: number, returnC: number, equipmentRiseK: number): number | null {
  return equipmentRiseK < MIN_RISE_K ? null : (100 * (returnC - supplyC)) / equipmentRiseK;
}

export interface RackAir {
  readonly inletC: number;
  readonly outletC: number;
  /** Air through the rack, in any unit that all share: its power over its rise will do. */
  readonly flow: number;
}

/**
 * Supply Heat Index (Sharma, Bash, Patel 2002, AIAA 2002-3091): the heat that cold air takes up before it enters the racks, of
 * all it has taken up behind them: Σm(Tin − Tsupply)/Σm(Tout − Tsupply), 0 (none) to 1. Temperatures in °C.
 * @returns null where the racks warm their air too little to tell
 */
export function supplyHeatIndex(supplyC: number, racks: readonly RackAir[]): number | null {
  let before = 0;
  let all = 0;
  let flow = 0;
  for (const rack of racks) {
    before += rack.flow * (rack.inletC - supplyC);
    all += rack.flow * (rack.outletC - supplyC);
    flow += rack.flow;
  }
  return flow <= 0 || all / flow < MIN_RISE_K ? null : before / all;
}

/** Heat capacity of air, J/(kg·K), and of water; density of water at 20 °C, kg/m³. */
const AIR_CP = 1006;
const WATER_CP = 4186;
const WATER_DENSITY = 998.2;

/**
 * Air, m³/h, that carries a heat away: P/(ρ·cp·ΔT).
 * @param heatW W, ≥ 0
 * @param riseK K; below half a kelvin no flow follows from it
 * @param density of the air, kg/m³: about 1.2 at sea level
 */
export function airflow(heatW: number, riseK: number, density: number): number | null {
  return riseK < MIN_RISE_K ? null : (3600 * heatW) / (density * AIR_CP * riseK);
}

/** Water, m³/h, that carries a heat (W) away as it warms by `riseK`. */
export function waterFlow(heatW: number, riseK: number): number | null {
  return riseK < MIN_RISE_K / 5 ? null : (3600 * heatW) / (WATER_DENSITY * WATER_CP * riseK);
}

/** Heat, W, that a flow of water in m³/h carries as it warms by `riseK`. */
export const waterHeat = (flowM3h: number, riseK: number): number => (flowM3h * WATER_DENSITY * WATER_CP * riseK) / 3600;
