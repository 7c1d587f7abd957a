import { ParamSpec, type ParamDeclaration, type ParamValues } from '../model/param';
import { message, type KeyedMessage } from '../text/message';
import { TrainingRecipe } from './recipe';

type Path = readonly (string | number)[];

/** What every recipe is asked for, and its place in the document. */
const shared: readonly { readonly at: Path; readonly spec: Omit<ParamDeclaration, 'default'> }[] = [
  { at: ['epochs'], spec: known('epochs', { type: 'integer', min: 1, max: 1000 }) },
  { at: ['batchSize'], spec: known('batchSize', { option: 'batch-size', type: 'integer', min: 1, max: 4096 }) },
  { at: ['learningRate'], spec: known('learningRate', { option: 'learning-rate', type: 'number', above: 0, max: 10 }) },
  { at: ['holdOut'], spec: known('validationSplit', { option: 'validation-split', type: 'number', min: 0.01, max: 0.9 }) },
  { at: ['seed'], spec: known('seed', { type: 'integer', min: 0, max: 0xffff_ffff }) },
];
/** Names that recipes use for numbers of their own and that need no label there. */
const own: readonly Omit<ParamDeclaration, 'default'>[] = [known('hiddenUnits', { option: 'hidden', type: 'integer', min: 1, max: 8192 })];
/** After these of the shared ones stand a recipe's own. */
const BEFORE_OWN = 3;

function known(
  name: 'epochs' | 'batchSize' | 'learningRate' | 'hiddenUnits' | 'validationSplit' | 'seed',
  rest: Omit<ParamDeclaration, 'name' | 'label' | 'default' | 'help'>,
): Omit<ParamDeclaration, 'default'> {
  return { name, label: message(`message.param.name.${name}`), help: message(`message.param.help.${name}`), ...rest };
}

/** The parameters that have a name of the product's own, whichever recipe has them: what the terminal has options for. */
export const knownParams: readonly ParamSpec[] = [...shared.map(({ spec }) => spec), ...own].map((spec) =>
  ParamSpec.parse({ ...spec, default: null }),
);

interface Placed {
  readonly at: Path;
  readonly spec: ParamSpec;
}

function placed(recipe: TrainingRecipe): Placed[] {
  const of = (at: Path, spec: Omit<ParamDeclaration, 'default'>): Placed[] => {
    const value = numberAt(recipe, at);
    return value === null ? [] : [{ at, spec: ParamSpec.parse({ ...spec, default: value }) }];
  };
  const common = shared.map(({ at, spec }) => of(at, spec));
  const mine = recipe.params.map(({ name, at, label }) => {
    const one = own.find((spec) => spec.name === name) ?? { name, label: name, type: 'number' as const };
    return of(at, label === undefined ? one : { ...one, label });
  });
  return [...common.slice(0, BEFORE_OWN), ...mine, ...common.slice(BEFORE_OWN)].flat();
}

/** What is asked for when a recipe is started, in the order of the form: the document's own numbers are the defaults. */
export const paramsOf = (recipe: TrainingRecipe): ParamSpec[] => placed(recipe).map(({ spec }) => spec);

/**
 * The document with these numbers in their places.
 * @param values checked by {@link paramsOf}
 * @returns why a number does not fit where it stands, by its parameter, where one does not
 */
export function withParams(
  recipe: TrainingRecipe,
  values: ParamValues,
): TrainingRecipe | { readonly refused: string; readonly why: string } {
  const document: unknown = JSON.parse(JSON.stringify(recipe));
  const all = placed(recipe);
  for (const { at, spec } of all) if (typeof values[spec.name] === 'number') put(document, at, values[spec.name] as number);
  const read = TrainingRecipe.safeParse(document);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') ?? '';
  return { refused: all.find(({ at }) => at.join('.') === path)?.spec.name ?? path, why: issue?.message ?? '' };
}

/** The number at a place of a document; null = there is none. */
export function numberAt(document: unknown, at: Path): number | null {
  const value = at.reduce(childOf, document);
  return typeof value === 'number' ? value : null;
}

function childOf(inside: unknown, step: string | number): unknown {
  if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, step)) return undefined;
  return (inside as Readonly<Record<string | number, unknown>>)[step];
}

function put(document: unknown, at: Path, value: number): void {
  const parent = at.slice(0, -1).reduce(childOf, document);
  const last = at.at(-1);
  if (typeof parent === 'object' && parent !== null && last !== undefined) (parent as Record<string | number, unknown>)[last] = value;
}

/** A place of a document, as a person reads it: `model.layers.0.units`. */
export const pathText = (at: Path): string => at.join('.');

/** A refusal of the document as a whole. */
export const refusedRecipe = (field: string, why: KeyedMessage | string): KeyedMessage => message('message.recipe.refused', { field, why });
