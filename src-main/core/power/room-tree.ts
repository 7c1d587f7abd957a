import type { FittedModel } from '@shared/energy/fitted-facility';
import { fittedPower } from '@shared/energy/power-fit';
import { PowerTreePlan, reconcile, type TreePowers } from '@shared/energy/power-tree';
import { deviceOn, HOST_DEVICE, LOCAL_NODE } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import type { PowerFit } from '@shared/model/power-fit';
import { worstProvenance, type Quantity } from '@shared/model/provenance';
import { withoutFluids, type PowerPlace, type PowerTree, type PowerTreeState } from '@shared/model/power-tree';
import type { Reading } from '@shared/model/series';
import type { ModelledFacility } from '../energy/room-sums';
import type { ColumnReport } from '../telemetry/columns';
import { MeterColumns } from './meter-columns';
import { MeterReadings } from './meter-readings';

/** Below its node, what the meters that were placed on it tell of the whole of it. */
const PLACED = 'sensor/placed';
const WHOLE: MetricId = 'host.power';

/** The equipment's own figures at a tick. */
export interface EquipmentPowers {
  /** By node. */
  readonly nodes: readonly { readonly node: string; readonly powerW: Quantity }[];
  readonly devices: readonly { readonly device: string; readonly powerW: Quantity }[];
  /** All of the IT, as it was at the tick before, W: cooling follows it by minutes. */
  readonly itW: number | null;
}

/** The curves that were fitted to the meters of the tree, and the weather. */
export interface CurrentFits {
  /** The same list until one of them changes. */
  readonly fits: readonly PowerFit[];
  readonly outdoorC: number | null;
}

export const NO_CURVES: CurrentFits = { fits: [], outdoorC: null };

/** The power tree beside the room's sums: its meters' readings, and what they come to at a tick. */
export class RoomTree {
  readonly meters = new MeterReadings();
  private readonly columns = new MeterColumns();
  /** As it was edited; the plan is of what of it tells power. */
  private whole: PowerTree;
  private fluids: ReadonlySet<string>;
  private plan: PowerTreePlan;
  private placed: ReadonlySet<string> = new Set();
  /** Nodes with a meter of the whole. */
  private metered: readonly { readonly place: PowerPlace; readonly device: string }[] = [];

  constructor(
    private readonly tree: () => PowerTree,
    private readonly curves: () => CurrentFits,
  ) {
    this.whole = this.tree();
    this.fluids = this.meters.fluids;
    this.plan = new PowerTreePlan(this.whole);
    this.read(this.whole);
  }

  /** What the facility model goes by at the moment. */
  get model(): FittedModel {
    return { ...this.curves(), places: this.plan.tree.places };
  }

  get places(): readonly PowerPlace[] {
    return this.plan.tree.places;
  }

  /** Whether a meter stands in the tree, and so is no branch beside it. */
  isPlaced(device: string): boolean {
    return this.placed.has(device);
  }

  /** @returns nodes whose meter of the whole was taken away: it is no part of theirs any more */
  take(passedMs: number, readings: readonly Reading[], columns: readonly ColumnReport[] = []): readonly string[] {
    this.meters.take(passedMs, columns.length === 0 ? readings : [...readings, ...this.columns.readings(columns)]);
    const tree = this.tree();
    const { fluids } = this.meters;
    if (tree === this.whole && fluids === this.fluids) return [];
    this.whole = tree;
    this.fluids = fluids;
    const before = this.metered;
    this.plan = new PowerTreePlan(withoutFluids(tree, fluids));
    this.read(tree);
    return before.filter(({ device }) => !this.metered.some((own) => own.device === device)).map(({ device }) => device);
  }

  /** The meters on nodes, as those of the whole node. */
  wholes(): Reading[] {
    return this.metered.map(({ place, device }): Reading => {
      const own = place.meters.filter(({ side }) => side === 'input').map((meter) => this.meters.power(meter.device).powerW);
      const isKnown = own.every(({ value }) => value !== null);
      return {
        device,
        label: place.name,
        metric: WHOLE,
        provenance: worstProvenance(own.map(({ provenance }) => provenance)),
        value: isKnown ? own.reduce((sum, { value }) => sum + (value ?? 0), 0) : null,
      };
    });
  }

  powers(passedMs: number, { nodes, devices, itW }: EquipmentPowers): TreePowers {
    const { fits, outdoorC } = this.curves();
    return reconcile(this.plan, {
      nowMs: passedMs,
      meter: (device) => this.meters.power(device),
      equipment: (device) =>
        nodes.find(({ node }) => node === (device === HOST_DEVICE ? LOCAL_NODE : device))?.powerW ??
        devices.find((own) => own.device === device)?.powerW ??
        null,
      curve: ({ id }) => {
        const fit = fits.find(({ of }) => of === id);
        if (fit === undefined) return null;
        return (loadW) => {
          const x = fit.kind === 'loss' ? loadW : itW;
          return x === null ? null : fittedPower(fit, x, outdoorC);
        };
      },
    });
  }

  state(
    atMs: number,
    { places, facility, open, hasFit }: TreePowers,
    branches: PowerTreeState['branches'],
    { facilityW, modelled }: { readonly facilityW: Quantity; readonly modelled: ModelledFacility },
  ): PowerTreeState {
    return {
      atMs,
      revision: this.plan.tree.revision,
      places: [...places],
      branches,
      meters: this.meters.meters().map(({ device, label, hasEnergy }) => ({
        device,
        label,
        hasEnergy,
        powerW: this.meters.power(device).powerW,
      })),
      facility: hasFit ? 'fitted' : facility !== null || branches.length > 0 ? 'metered' : open.length > 0 ? 'open' : 'none',
      open: [...open],
      facilityW,
      modelledW: modelled.powerW,
      modelFits: [...modelled.fits],
      modelOutside: [...modelled.outside],
    };
  }

  private read({ places }: PowerTree): void {
    this.placed = new Set(places.flatMap(({ meters }) => meters.map(({ device }) => device)));
    this.metered = places.flatMap((place) =>
      place.kind === 'node' && place.device !== null && place.meters.length > 0
        ? [{ place, device: deviceOn(place.device === HOST_DEVICE ? LOCAL_NODE : place.device, PLACED) }]
        : [],
    );
  }
}
