import type { ScenarioFacility } from './schema';

/** Another one begins when those that run carry more than this share of what they can, and one rests when the others would stay below that. */
const STAGE_UP = 0.95;
const STAGE_DOWN = 0.8;
/** From the call to the cold water: pumps, then the compressor's ramp. s */
const START_S = 90;
/** What the water of the loop takes up for each W that all of them can carry, J/K: a minute and a half for 6 K. */
const STORE_J_PER_K_W = 15;
/** In which the water is brought back to its temperature, where there is capacity for it. s */
const RECOVER_S = 300;
/** Warmer water carries no more: the air handlers' heat stays in the room. K */
const MOST_OVER_K = 20;

/** One chiller in this second. */
export interface SimulatedChiller {
  readonly isRunning: boolean;
  readonly isTripped: boolean;
  /** Of the heat that it can carry, 0–1. */
  readonly load: number;
  readonly powerW: number;
}

/**
 * Chillers of a simulated room on one loop of water. As many run as the heat asks for; one that trips is replaced by one that rests,
 * and until that one is at work the loop takes up what is left, and gets warmer.
 */
export class SimulatedChillers {
  units: readonly SimulatedChiller[];
  /** How much warmer the water is than it should be, K. */
  overK = 0;
  /** Called to run, with the seconds until it carries anything. */
  private readonly startsInS: (number | null)[];

  constructor(
    private readonly plan: Pick<ScenarioFacility, 'chillers' | 'chillerCapacityW'>,
    heatW: number,
  ) {
    const atWork = Math.min(plan.chillers, Math.max(1, Math.ceil(heatW / (STAGE_UP * plan.chillerCapacityW))));
    this.startsInS = Array.from({ length: plan.chillers }, (_, i) => (i < atWork ? 0 : null));
    this.units = this.startsInS.map(() => resting(false));
  }

  get powerW(): number {
    return this.units.reduce((sum, { powerW }) => sum + powerW, 0);
  }

  /**
   * One second.
   * @param heatW what the air handlers give to the water
   * @param cop heat over compressor power; null = the weather cools the water, and all compressors rest
   */
  step(heatW: number, cop: number | null, tripped: ReadonlySet<number>): void {
    if (cop === null) {
      this.overK = 0;
      this.units = this.units.map((_, i) => resting(tripped.has(i)));
      return;
    }
    this.stage(heatW, tripped);
    const { chillers, chillerCapacityW } = this.plan;
    const atWork = this.startsInS.filter((inS) => inS === 0).length;
    const storeJPerK = STORE_J_PER_K_W * chillers * chillerCapacityW;
    const carriedW = Math.min(atWork * chillerCapacityW, heatW + (this.overK * storeJPerK) / RECOVER_S);
    this.overK = Math.min(MOST_OVER_K, Math.max(0, this.overK + (heatW - carriedW) / storeJPerK));
    const eachW = atWork === 0 ? 0 : carriedW / atWork;
    this.units = this.startsInS.map((inS, i) =>
      inS === 0
        ? { isRunning: true, isTripped: false, load: eachW / chillerCapacityW, powerW: eachW / cop }
        : { ...resting(tripped.has(i)), isRunning: inS !== null },
    );
  }

  /** Calls one, or lets one rest. */
  private stage(heatW: number, tripped: ReadonlySet<number>): void {
    const { startsInS } = this;
    for (const [i, inS] of startsInS.entries()) {
      if (tripped.has(i)) startsInS[i] = null;
      else if (inS !== null && inS > 0) startsInS[i] = inS - 1;
    }
    const called = startsInS.filter((inS) => inS !== null).length;
    const carries = (count: number, share: number): boolean => heatW <= share * count * this.plan.chillerCapacityW;
    if (called === 0 || !carries(called, STAGE_UP)) {
      const next = startsInS.findIndex((inS, i) => inS === null && !tripped.has(i));
      if (next >= 0) startsInS[next] = START_S;
    } else if (called > 1 && this.overK === 0 && carries(called - 1, STAGE_DOWN)) {
      startsInS[startsInS.findLastIndex((inS) => inS !== null)] = null;
    }
  }
}

const resting = (isTripped: boolean): SimulatedChiller => ({ isRunning: false, isTripped, load: 0, powerW: 0 });
