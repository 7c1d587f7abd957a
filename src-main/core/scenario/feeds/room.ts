import { AppError } from '@shared/contract/errors';
import type { SimulatedFacility } from '../facility';
import type { ScenarioSource } from '../source';
import type { Simulation } from '../simulation';

const WH_J = 3_600;
/** Between a phase and neutral, V, and the mains' frequency, Hz. */
export const PHASE_V = 230;
export const MAINS_HZ = 50;
/** The room's loads are single-phase supplies spread evenly, and their power factor is corrected. */
const POWER_FACTOR = 0.98;

/** A rack's nodes as its PDU sees them. */
export interface MeteredRack {
  readonly name: string;
  readonly nodes: readonly number[];
}

/** A simulated room as the meters in it see it: each getter is what one of them shows now. */
export class MeteredRoom {
  readonly racks: readonly MeteredRack[];
  readonly simulation: Simulation;
  readonly facility: SimulatedFacility;

  /** @throws {AppError} `invalid-input` for a room without meters */
  constructor(readonly source: ScenarioSource) {
    const { simulation } = source;
    const { facility, nodes } = simulation;
    if (facility === null)
      throw new AppError(
        'invalid-input',
        `The scenario "${source.name}" has no meters to serve: nobody meters its facility. Try rack or hall.`,
      );
    this.simulation = simulation;
    this.facility = facility;
    const byRack = new Map<string, number[]>();
    nodes.forEach(({ rack, hall }, n) => {
      const name = rack?.name ?? hall ?? source.name;
      byRack.set(name, [...(byRack.get(name) ?? []), n]);
    });
    this.racks = [...byRack].map(([name, own]) => ({ name, nodes: own }));
  }

  get title(): string {
    return this.source.scenario.title;
  }

  /** The most that any meter here will ever show, W: what its scale is chosen by. */
  get ratedW(): number {
    const { ratedItPowerW, crahs, crahCapacityW } = this.facility.plan;
    return 2 * ratedItPowerW + crahs * crahCapacityW;
  }

  /** The whole room at its supply, W and Wh. */
  get incomerW(): number {
    return this.facility.upsInputW + this.coolingW + this.lightingW;
  }

  get incomerWh(): number {
    const { upsInput, cooling, lighting } = this.facility.countedJ;
    return (upsInput + cooling + lighting) / WH_J;
  }

  get upsOutputW(): number {
    return this.facility.upsInputW - this.facility.upsLossW;
  }

  get upsOutputWh(): number {
    return this.facility.countedJ.upsOutput / WH_J;
  }

  get coolingW(): number {
    return this.facility.coolingW;
  }

  get coolingWh(): number {
    return this.facility.countedJ.cooling / WH_J;
  }

  get lightingW(): number {
    return this.facility.plan.lightingW;
  }

  get lightingWh(): number {
    return this.facility.countedJ.lighting / WH_J;
  }

  rackW({ nodes }: MeteredRack): number {
    return nodes.reduce((sum, n) => sum + (this.simulation.nodePowerW[n] ?? 0), 0);
  }

  rackWh({ nodes }: MeteredRack): number {
    return nodes.reduce((sum, n) => sum + (this.simulation.nodeEnergyJ[n] ?? 0), 0) / WH_J;
  }
}

/** VA, of a power in W. */
export const apparent = (powerW: number): number => powerW / POWER_FACTOR;
/** A, of one of three phases that carry this power together. */
export const phaseCurrent = (powerW: number): number => apparent(powerW) / 3 / PHASE_V;
