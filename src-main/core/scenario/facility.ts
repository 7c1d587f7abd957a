import { relativeHumidityAt } from '@shared/climate/moist-air';
import { moduleLossW, plantCop } from '@shared/energy/facility';
import { SimulatedChillers } from './chillers';
import type { ScenarioFacility } from './schema';

/** Air in the room follows the plant slowly, s. */
const AIR_LAG_S = 120;
/** The plant follows the heat, s. */
const PLANT_LAG_S = 60;
/** Slowest that the units' fans turn, share of full. */
const MIN_FAN = 0.4;
/** Above this share of the units' capacity the supply air gets warmer, K per share. */
const FULL_SHARE = 0.9;
const DROOP_K = 30;
/** Rise of the air over the units at which they carry what they can, K. */
const UNIT_RISE_K = 12;
/** Rise of the chilled water, K, and what a cubic metre of it takes up for one of them, Wh. */
const WATER_RISE_K = 6;
const WATER_WH_PER_M3_K = 1160;
/** Chilled water where the plant is given by its COP alone, °C. */
const WATER_TEMP_C = 12;
const DAY_S = 86_400;
/** Of a temperate day: warmest in the afternoon, and drier then, since the air keeps its water. */
const DAY_SWING_K = 5;
const DAY_WARMEST_S = 15 * 3_600;
/** The outdoor dew point below the day's mean temperature, K. */
const OUTDOOR_DEW_K = 7;
/** The room's dew point, °C, and how the humidifiers hold it. */
const ROOM_DEW_C = 9;
const ROOM_DEW_SWING_K = 1;
const ROOM_DEW_CYCLE_S = 5 * 3_600;
const OUTDOOR_MEAN_C = 15;
const NONE: ReadonlySet<number> = new Set();

/**
 * UPS, PDUs, air handlers and chillers of a simulated room. Air handlers bring the IT heat, the losses and what their own fans add into
 * the chilled water; the chillers need heat / COP to take it out. Meters: the UPS input (IT power and both losses), each air handler
 * (its fans), each chiller, lighting.
 */
export class SimulatedFacility {
  supplyTempC: number;
  upsInputW = 0;
  upsLossW = 0;
  pduLossW = 0;
  /** The fans of each unit: all the same. */
  crahW = 0;
  readonly chillers: SimulatedChillers;
  /** What the meters have counted since the room's start, J; the cooling is all of its units. */
  readonly countedJ = { upsInput: 0, upsOutput: 0, cooling: 0, lighting: 0 };
  /** Heat that is being removed, W. */
  removedW = 0;
  returnTempC: number;
  outdoorTempC: number;
  roomDewPointC = ROOM_DEW_C;
  private second = 0;

  constructor(
    readonly plan: ScenarioFacility,
    private readonly setTempC: number,
    itPowerW: number,
  ) {
    this.supplyTempC = setTempC;
    this.returnTempC = setTempC + UNIT_RISE_K;
    this.outdoorTempC = this.meanOutdoorC;
    this.removedW = itPowerW;
    this.chillers = new SimulatedChillers(plan, itPowerW);
  }

  /** %, of the air as it leaves the units, and as it comes back to them. */
  get supplyHumidity(): number {
    return relativeHumidityAt(this.supplyTempC, this.roomDewPointC);
  }

  get returnHumidity(): number {
    return relativeHumidityAt(this.returnTempC, this.roomDewPointC);
  }

  get outdoorHumidity(): number {
    return relativeHumidityAt(this.outdoorTempC, this.meanOutdoorC - OUTDOOR_DEW_K);
  }

  get waterSupplyC(): number {
    const { cooling } = this.plan;
    return (cooling.mode === 'outdoor' ? cooling.evaporatorTempC : WATER_TEMP_C) + this.chillers.overK;
  }

  get waterReturnC(): number {
    return this.waterSupplyC + WATER_RISE_K;
  }

  /** Of each unit, % of the heat that it can carry. */
  get crahLoad(): number {
    return (100 * this.removedW) / (this.plan.crahs * this.plan.crahCapacityW);
  }

  /** m³/h. */
  get waterFlow(): number {
    return this.removedW / (WATER_WH_PER_M3_K * WATER_RISE_K);
  }

  /** All that cools, W. */
  get coolingW(): number {
    return this.plan.crahs * this.crahW + this.chillers.powerW;
  }

  private get meanOutdoorC(): number {
    return this.plan.cooling.mode === 'outdoor' ? this.plan.cooling.outdoorDryBulbC : OUTDOOR_MEAN_C;
  }

  /**
   * One second.
   * @param itPowerW W
   * @param tripped chillers that stand still, by their numbers
   */
  step(itPowerW: number, tripped: ReadonlySet<number> = NONE): void {
    const { ratedItPowerW, ups, pdu, cooling, crahs, crahCapacityW, crahFanW, lightingW } = this.plan;
    this.pduLossW = moduleLossW(itPowerW, ratedItPowerW, pdu);
    this.upsLossW = moduleLossW(itPowerW + this.pduLossW, ratedItPowerW, ups);
    this.upsInputW = itPowerW + this.pduLossW + this.upsLossW;
    const fan = Math.min(1, Math.max(MIN_FAN, this.removedW / (crahs * crahCapacityW)));
    const fanW = crahFanW * fan ** 3;
    const heatW = this.upsInputW + lightingW + crahs * fanW;
    this.removedW += (heatW - this.removedW) / PLANT_LAG_S;
    const share = this.removedW / (crahs * crahCapacityW);
    const swing = Math.cos((2 * Math.PI * (this.second - DAY_WARMEST_S)) / DAY_S);
    this.outdoorTempC = this.meanOutdoorC + DAY_SWING_K * swing;
    this.roomDewPointC = ROOM_DEW_C + ROOM_DEW_SWING_K * Math.sin((2 * Math.PI * this.second) / ROOM_DEW_CYCLE_S);
    this.second += 1;
    const cop = plantCop(cooling.mode === 'outdoor' ? { ...cooling, outdoorDryBulbC: this.outdoorTempC } : cooling);
    this.crahW = fanW;
    this.chillers.step(this.removedW, cop, tripped);
    const { countedJ } = this;
    countedJ.upsInput += this.upsInputW;
    countedJ.upsOutput += itPowerW + this.pduLossW;
    countedJ.cooling += this.coolingW;
    countedJ.lighting += lightingW;
    const wantedC = this.setTempC + DROOP_K * Math.max(0, share - FULL_SHARE) + this.chillers.overK;
    this.supplyTempC += (wantedC - this.supplyTempC) / AIR_LAG_S;
    this.returnTempC = this.supplyTempC + (UNIT_RISE_K * share) / fan;
  }
}
