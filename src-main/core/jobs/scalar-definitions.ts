import { ScalarName, SCALARS_PER_RUN } from '@shared/model/curve';
import { declarationParts, ScalarDeclaration, type ScalarDeclarations } from '@shared/model/scalar-declaration';
import { ENERGY_SCALAR, scalarDefinition } from '@shared/model/scalars';

export interface Declared {
  readonly declared: ScalarDeclarations;
  /** What was not taken, and why: lines for the log. */
  readonly refused: readonly string[];
}

/**
 * Takes what a run declares of its scalars. The first word counts: what is drawn must not change its meaning half-way. The names
 * that all runs share mean the same in each, so that these can be compared.
 */
export function declare(before: ScalarDeclarations, told: Readonly<Record<string, unknown>>): Declared {
  const declared = new Map(Object.entries(before));
  const refused: string[] = [];
  const refuse = (name: string, why: string): void => void refused.push(`The definition of ${JSON.stringify(name.slice(0, 200))} ${why}`);
  for (const [name, given] of Object.entries(told)) {
    const parsed = ScalarDeclaration.safeParse(given);
    const shared = scalarDefinition(name);
    const earlier = declared.get(name);
    if (!ScalarName.safeParse(name).success) refuse(name, 'is not taken: this is no name of a scalar');
    else if (name === ENERGY_SCALAR) refuse(name, 'is not taken: Coldaisle records this scalar itself');
    else if (!parsed.success) refuse(name, `is not taken: ${issuesOf(parsed.error)}`);
    else {
      const unknown = Object.keys(given as object).filter((part) => !declarationParts.includes(part));
      if (unknown.length > 0) refuse(name, `has parts that are not known, which are left out: ${unknown.slice(0, 8).join(', ')}`);
      const against = shared ?? earlier;
      const other =
        against === undefined ? [] : contradictions(parsed.data, against, shared === null ? declarationParts : ['unit', 'better']);
      if (other.length > 0)
        refuse(name, `contradicts ${shared === null ? 'the one before' : 'what it is in every run'}, which stays: ${other.join(', ')}`);
      else if (against === undefined && declared.size >= SCALARS_PER_RUN) refuse(name, `is not taken: ${SCALARS_PER_RUN} of a run are`);
      else if (against === undefined) declared.set(name, parsed.data);
    }
  }
  return { declared: Object.fromEntries(declared), refused };
}

/** What one says another way than the other; what it leaves out contradicts nothing. */
function contradictions(given: ScalarDeclaration, known: object, parts: readonly string[]): string[] {
  const was = new Map(Object.entries(known));
  return Object.entries(given)
    .filter(([part, value]) => parts.includes(part) && JSON.stringify(value) !== JSON.stringify(was.get(part)))
    .map(([part, value]) => `${part} ${JSON.stringify(value)}, known as ${JSON.stringify(was.get(part)) ?? 'none'}`);
}

function issuesOf({ issues }: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }): string {
  return issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');
}
