import type { PowerPart } from './power-parts';

/** What a node's meters of the whole (`host.power`) come to. */
export interface MachineMeters {
  /** One meter of the whole, or all supplies of the node, which add up to it; none = no meter tells the whole. */
  readonly meters: readonly PowerPart[];
  /** Several meters, and nothing tells whether each is of the whole or of a part: no figure can be made of them. */
  readonly isAmbiguous: boolean;
}

/** Ways in which one collector tells the whole machine (wall-power.ts): it reports one at a time, the best there is. */
const ONE_AT_A_TIME = /(^|\/)sensor\/power\/[^/]+$/;
/** A supply among several: what feeds the node, with its number or letter. */
const SUPPLY = /(^|\/)((?:power-?)?supply|psu|pwr|inlet|input|feed|cord|line)[-_.]?(\d+|[a-f])$/i;

/**
 * Several meters of one node are either parts of the whole (its supplies) or the whole measured in several places, and their
 * readings cannot tell which: two supplies that share the load read alike, as two meters in one line do. Their names can.
 * Numbered supplies are added up; beside a meter of the whole they lie within it. Of several that are no supplies it is for a
 * person to say which counts, by leaving out the others.
 */
export function machineMeters(counted: readonly PowerPart[]): MachineMeters {
  const meters = latestOfOneAtATime(counted);
  const supplies = meters.filter(({ device }) => SUPPLY.test(device));
  const wholes = meters.filter((meter) => !supplies.includes(meter));
  if (wholes.length > 1) return { meters: wholes, isAmbiguous: true };
  if (wholes.length === 1) return { meters: wholes, isAmbiguous: false };
  return { meters: supplies, isAmbiguous: new Set(supplies.map(stemOf)).size > 1 };
}

/** What was told in another way before is not missing beside what is told now. */
function latestOfOneAtATime(counted: readonly PowerPart[]): readonly PowerPart[] {
  let latest: PowerPart | null = null;
  for (const meter of counted) {
    if (ONE_AT_A_TIME.test(meter.device) && (latest === null || meter.atMs > latest.atMs)) latest = meter;
  }
  return counted.filter((meter) => meter === latest || !ONE_AT_A_TIME.test(meter.device));
}

/** Supplies of one kind have one: `psu0` and `psu1`; those of `psu0` and `feed-a` are two views of the same. */
function stemOf({ device }: PowerPart): string {
  return SUPPLY.exec(device)?.[2]?.toLowerCase() ?? device;
}
