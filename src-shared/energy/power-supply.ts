import { isSource, type PowerPlace } from '../model/power-tree';

/**
 * How the sources of a tree stand to each other. One of which the tree does not say what it feeds (solar on the roof, a battery, a
 * standby generator) feeds the same loads as those of which it does.
 */
export interface Supply {
  /** Sources with something below them. */
  readonly feeding: readonly PowerPlace[];
  /** Those without. */
  readonly beside: readonly PowerPlace[];
}

export function supplyOf(roots: readonly PowerPlace[], feeds: (source: PowerPlace) => boolean): Supply {
  const sources = roots.filter(({ kind }) => isSource(kind));
  return { feeding: sources.filter(feeds), beside: sources.filter((source) => !feeds(source)) };
}

/**
 * What the sources beside come to in the sum of the facility. Where the loads themselves are added up, what these give is in them
 * already; where only some of the others are metered, nobody can say whose loads they feed.
 */
export function besideCounts({ feeding, beside }: Supply, isTold: (source: PowerPlace) => boolean): 'adds' | 'within' | 'open' {
  if (beside.length === 0 || feeding.every(isTold)) return 'adds';
  return feeding.some(isTold) ? 'open' : 'within';
}
