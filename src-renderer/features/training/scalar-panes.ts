import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import type { ScalarGroup } from '../../data/scalar-groups';
import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import { isServingScalar, scalarDefinition, type ScalarRole } from '@shared/model/scalars';
import type { Format } from '../../i18n/format';
import type { Translate } from '../../i18n/use-texts';

type Scale = Pick<PaneSpec, 'floor' | 'minRange'> & Pick<PaneSpec, 'bounds'>;

/** How the quantities are scaled whose values are known to lie so; any other fits what is shown. */
const scales: Readonly<Record<string, Scale>> = {
  loss: { floor: 'zero', minRange: 0.1 },
  accuracy: { floor: 'fit', minRange: 0.05, bounds: [0, 1] },
  samples_per_second: { floor: 'zero', minRange: 1 },
};
const ANY: Scale = { floor: 'fit', minRange: 1e-9 };

const quantities = [
  'loss',
  'accuracy',
  'samples_per_second',
  'accuracy_majority',
  'f1_macro',
  'calibration_error',
  'mae',
  'rmse',
  'mae_naive',
  'rmse_naive',
  'loss_unigram',
  'perplexity',
] as const;
type Quantity = (typeof quantities)[number];
const isQuantity = (name: string): name is Quantity => quantities.some((known) => known === name);

/** Of several targets an error has its target behind it: `mae/temp_max`, `mae/temp_max_naive`. */
const OF_TARGET = /^(?<error>mae|rmse)\/(?<target>.+?)(?<naive>_naive)?$/u;

/** What people call a quantity; null = one that is not known. */
function knownQuantity(t: Translate, base: string): string | null {
  if (isServingScalar(base) || isQuantity(base)) return t(`scalar.${base}`);
  const { error = '', target = '', naive = '' } = OF_TARGET.exec(base)?.groups ?? {};
  const quantity = `${error}${naive}`;
  return isQuantity(quantity) ? t('scalar.ofTarget', { quantity: t(`scalar.${quantity}`), target }) : null;
}

/** The same; one that is not known by its own name. */
export const quantityName = (t: Translate, base: string): string => knownQuantity(t, base) ?? base;

/** Of which part of the data a scalar is; without one its quantity. */
export function trackLabel(t: Translate, { part, base, ofEpoch, isRunningMean }: ScalarRole): string {
  if (isRunningMean) return t('scalar.runningMean');
  if (part === null) return quantityName(t, base);
  return t(`scalar.part.${part === 'train' && ofEpoch ? 'trainEpoch' : part}`);
}

export interface CurveLook {
  /** Whether entries of the curves stand for several points. */
  readonly decimated: boolean;
  readonly isLog: boolean;
  readonly smoothing: number;
  /** What the run says of its scalars. */
  readonly declared: ScalarDeclarations;
  /** Its steps are whatever the program counts. */
  readonly isProgram: boolean;
}

/** What a pane of these scalars, all of one quantity, has beside its lines. */
export function quantityPane(
  base: string,
  names: readonly string[],
  look: Pick<CurveLook, 'declared' | 'isLog' | 'smoothing'>,
  t: Translate,
  format: Format,
): Omit<PaneSpec, 'tracks'> {
  const { declared } = look;
  const definition = names.map((name) => scalarDefinition(name, declared)).find((known) => known !== null);
  const label = names.map((name) => declared[name]?.label).find((own) => own !== undefined);
  const { unit = '1', digits, range } = definition ?? {};
  return {
    id: base,
    // What has a name in each language goes by that.
    title: knownQuantity(t, base) ?? label ?? base,
    unit: unit === 'samples/s' ? t('unit.samplesPerSecond') : unit === '1' ? '' : unit,
    ...(scales[base] ?? ANY),
    ...(range === undefined ? {} : { bounds: range }),
    // The first steps of a run are often far off the rest.
    clipsOutliers: true,
    log: look.isLog,
    smoothing: look.smoothing,
    formatTick: (value, largest, step) => format.tick(value, '1', largest, step),
    formatValue: (value) => (digits === undefined ? format.plain(value) : format.number(value, digits)),
  };
}

/** A pane for each quantity, in it a line for each part of the data. */
export function scalarPanes(groups: readonly ScalarGroup[], look: CurveLook, t: Translate, format: Format): PaneSpec[] {
  return groups.map(({ base, scalars }) => {
    const tracks = scalars.map((scalar): TrackSpec => {
      const perStep = (scalar.isRunningMean || (scalar.part === 'train' && !scalar.ofEpoch)) && scalars.length > 1;
      return {
        id: scalar.name,
        label: look.isProgram && scalar.part === 'train' && !scalar.ofEpoch ? t('run.result.train') : trackLabel(t, scalar),
        colour: scalar.part === 'val' ? 2 : scalar.part === 'test' ? 3 : scalar.part === 'evaluate' ? 4 : 1,
        style: look.decimated && !isSparse(scalar) ? 'band' : perStep ? 'faint' : isSparse(scalar) ? 'points' : 'line',
        provenance: null,
      };
    });
    const names = scalars.map(({ name }) => name);
    return { ...quantityPane(base, names, look, t, format), tracks };
  });
}

/** Few points each, which are marked. */
export function isSparse({ part, ofEpoch }: Pick<ScalarRole, 'part' | 'ofEpoch'>): boolean {
  return ofEpoch || part === 'val' || part === 'test' || part === 'evaluate';
}
