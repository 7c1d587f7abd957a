import { moduleLossW, plantCop } from '@shared/energy/facility';
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

/**
 * UPS, PDUs and air handling of a simulated room. Air handlers remove the IT heat, the losses and what their own fans add;
 * their plant needs heat / COP for it. Meters: the UPS input (IT power and both losses), each air handler (fans and its share of the plant),
 * lighting.
 */
export class SimulatedFacility {
  supplyTempC: number;
  upsInputW = 0;
  upsLossW = 0;
  pduLossW = 0;
  /** Each unit the same. */
  crahW = 0;
  /** Heat that is being removed, W. */
  removedW = 0;

  constructor(
    readonly plan: ScenarioFacility,
    private readonly setTempC: number,
    itPowerW: number,
  ) {
    this.supplyTempC = setTempC;
    this.removedW = itPowerW;
  }

  /** One second with this IT power, W. */
  step(itPowerW: number): void {
    const { ratedItPowerW, ups, pdu, cooling, crahs, crahCapacityW, crahFanW, lightingW } = this.plan;
    this.pduLossW = moduleLossW(itPowerW, ratedItPowerW, pdu);
    this.upsLossW = moduleLossW(itPowerW + this.pduLossW, ratedItPowerW, ups);
    this.upsInputW = itPowerW + this.pduLossW + this.upsLossW;
    const fan = Math.min(1, Math.max(MIN_FAN, this.removedW / (crahs * crahCapacityW)));
    const fanW = crahFanW * fan ** 3;
    const heatW = this.upsInputW + lightingW + crahs * fanW;
    this.removedW += (heatW - this.removedW) / PLANT_LAG_S;
    const share = this.removedW / (crahs * crahCapacityW);
    const cop = plantCop(cooling);
    this.crahW = fanW + (cop === null ? 0 : this.removedW / cop / crahs);
    const wantedC = this.setTempC + DROOP_K * Math.max(0, share - FULL_SHARE);
    this.supplyTempC += (wantedC - this.supplyTempC) / AIR_LAG_S;
  }
}
