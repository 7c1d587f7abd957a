import { ENERGY_SCALAR, scalarParts, scalarRole, type ScalarRole } from '@shared/model/scalars';

/** The curves of one quantity: what is drawn in one pane. */
export interface ScalarGroup {
  readonly base: string;
  readonly scalars: readonly ({ readonly name: string } & ScalarRole)[];
}

/** Of what these count nothing is learned by a line. */
const NOT_DRAWN: ReadonlySet<string> = new Set(['epoch', ENERGY_SCALAR]);

/** Names by quantity, both in the order they were first told, but the parts of a quantity as people name them: train, val, test. */
export function scalarGroups(names: Iterable<string>): ScalarGroup[] {
  const groups = new Map<string, ({ name: string } & ScalarRole)[]>();
  for (const name of names) {
    if (NOT_DRAWN.has(name)) continue;
    const role = scalarRole(name);
    groups.set(role.base, [...(groups.get(role.base) ?? []), { name, ...role }]);
  }
  const rank = ({ part, ofEpoch, isRunningMean }: ScalarRole): number =>
    (part === null ? -1 : scalarParts.indexOf(part)) + (ofEpoch ? 0.5 : 0) - (isRunningMean ? 0.5 : 0);
  return [...groups].map(([base, scalars]) => ({ base, scalars: scalars.sort((a, b) => rank(a) - rank(b)) }));
}
