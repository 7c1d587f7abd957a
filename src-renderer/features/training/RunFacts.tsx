import type { ReactNode } from 'react';
import type { Scalars } from '@shared/model/curve';
import { PROGRAM_KIND } from '@shared/model/program';
import { RECIPE_KIND, type Run } from '@shared/model/run';
import { bestsOf } from '@shared/model/run-scalars';
import { SERVING_KIND } from '@shared/model/serving';
import { isServingScalar, scalarDefinition, scalarParts, scalarRole, type ScalarPart } from '@shared/model/scalars';
import { scalarGroups } from '../../data/scalar-groups';
import { withUnit } from '../../i18n/format';
import { formatMessage } from '../../i18n/format-message';
import { engineName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { valueText } from '../../forms/params';
import { scalarText, scalarWithUnit } from './run-figures';
import { paramsOf } from './run-params';
import { quantityName } from './scalar-panes';

/** A set-up fact, not a score. */
const THROUGHPUT = 'samples_per_second';

/** What the run reached, or has so far. */
export function RunResult({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  if (run.kind === PROGRAM_KIND && run.result === null && Object.keys(run.last).length === 0) return null;
  return (
    <section className="facts" aria-label={t('run.result.title')}>
      <h2>{t(run.result ? 'run.result.title' : 'run.result.soFar')}</h2>
      <ResultTable run={run} />
    </section>
  );
}

/** On what engine it ran, and over what. */
export function RunFacts({ run }: { readonly run: Run }): ReactNode {
  const { t, format } = useTexts();
  const moment = (atMs: number | null): string => (atMs === null ? format.number(null, 0) : format.dateTime(atMs));
  const facts: readonly (readonly [string, string])[] = [
    ...(run.kind === PROGRAM_KIND
      ? []
      : ([
          [t('run.facts.engine'), run.engineUsed ?? engineName(t, run.engine)],
          ...(run.kind === SERVING_KIND
            ? []
            : ([[t('run.facts.speed'), withUnit(format.number(throughputOf(run), 0), t('unit.samplesPerSecond'))]] as const)),
        ] as const)),
    [t('run.facts.started'), moment(run.startedAtMs)],
    [t('run.facts.ended'), moment(run.endedAtMs)],
    ...(run.plan
      ? ([
          [
            t('run.facts.samples'),
            t('run.facts.samplesValue', {
              train: format.number(run.plan.trainSamples, 0),
              validation: format.number(run.plan.validationSamples, 0),
              test: format.number(run.plan.testSamples, 0),
            }),
          ],
          [t('run.facts.weights'), format.number(run.plan.weights, 0)],
        ] as const)
      : []),
    [t('run.facts.id'), run.id],
  ];
  return (
    <section className="facts" aria-label={t('run.facts.title')}>
      <h2>{t('run.facts.title')}</h2>
      <dl className="fact-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** With which numbers it was started. */
export function RunParameters({ run }: { readonly run: Run }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const params = paramsOf(run);
  return (
    <section className="facts" aria-label={t('run.params.title')} data-testid="run-params">
      <h2>{t('run.params.title')}</h2>
      {params.length === 0 ? <p className="facts-empty">{t('run.params.none')}</p> : null}
      <dl className="fact-list">
        {params.map(({ name, label, value, unit }) => (
          <div key={name}>
            <dt>{formatMessage(t, label)}</dt>
            <dd>{withUnit(valueText(texts, value), unit)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function throughputOf({ result, last }: Run): number | null {
  return result?.['train/samples_per_second'] ?? last['train/samples_per_second'] ?? null;
}

/**
 * No list but a card of a few figures, in the one order that they have: nothing in it is sorted, sought or left out. Where runs are
 * held side by side, the same figures are columns of a DataTable.
 *
 * Train, validation and test side by side, of each quantity that is scored; while the run goes on, what is known so far. What
 * is of no part of the data stands below, by its name.
 */
function ResultTable({ run }: { readonly run: Run }): ReactNode {
  const { t, format } = useTexts();
  const { declared } = run;
  const values: Scalars = run.result ?? run.last;
  const best = bestsOf(run);
  const groups = scalarGroups(Object.keys(values));
  const scored = groups.filter(({ base, scalars }) => base !== THROUGHPUT && scalars.some(({ part }) => part !== null));
  // What the test part alone is judged by would be columns of dashes: it stands below.
  const inParts = scored.filter(({ scalars }) => scalars.some(({ part }) => part !== null && part !== 'test'));
  const columns = scored.length > 0 ? (inParts.length > 0 ? inParts : scored).map(({ base }) => base) : ['loss', 'accuracy'];
  const find = (part: ScalarPart | null, base: string): string | undefined =>
    scored.find((group) => group.base === base)?.scalars.find((scalar) => scalar.part === part && !scalar.ofEpoch && !scalar.isRunningMean)
      ?.name;
  // Beside a validation, a quantity without a part is the training's: Keras calls its loss so.
  const nameOf = (part: ScalarPart, base: string): string =>
    find(part, base) ?? (part === 'train' ? find(null, base) : undefined) ?? `${part}/${base}`;
  const inTable = new Set(columns.map((base) => nameOf('train', base)));
  const others = groups.flatMap(({ base, scalars }) =>
    scalars.filter(({ name, part, isRunningMean }) =>
      part === null ? !isRunningMean && !inTable.has(name) : base !== THROUGHPUT && part === 'test' && !columns.includes(base),
    ),
  );
  const isRecipe = run.kind === RECIPE_KIND;
  // A recipe has the usual three, known or not; of a program only those that it told.
  const parts = scalarParts.filter(
    (part) => columns.some((base) => values[nameOf(part, base)] !== undefined) || (isRecipe && part !== 'evaluate'),
  );
  const ownText = (name: string): string => {
    const unit = scalarDefinition(name, declared)?.unit;
    const text = (value: number | null): string => scalarWithUnit(scalarText(format, name, value, declared), unit);
    const value = text(values[name] ?? null);
    const reached = best[name];
    // Told once: its best is itself.
    if (reached === undefined || scalarRole(name).part === 'test') return value;
    return reached.step === null
      ? t('run.result.withBest', { value, best: text(reached.value) })
      : t('run.result.withBestAt', { value, best: text(reached.value), step: format.number(reached.step, 0) });
  };
  return (
    <>
      {parts.length > 0 ? (
        <table className="table result-table" data-testid="run-result">
          <thead>
            <tr>
              <td />
              {columns.map((base) => (
                <th key={base} scope="col" className="num">
                  {quantityName(t, base)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part} className={part === 'test' ? 'result-main' : undefined}>
                <th scope="row">{t(`run.result.${part}`)}</th>
                {columns.map((base) => (
                  <td key={base} className="num">
                    {scalarText(format, nameOf(part, base), values[nameOf(part, base)] ?? null, declared)}
                  </td>
                ))}
              </tr>
            ))}
            {columns.some((base) => best[nameOf('val', base)] !== undefined) ? (
              <tr>
                <th scope="row">{t('run.result.best')}</th>
                {columns.map((base) => (
                  <td key={base} className="num">
                    {scalarText(format, nameOf('val', base), best[nameOf('val', base)]?.value ?? null, declared)}
                  </td>
                ))}
              </tr>
            ) : null}
            {columns.some((base) => typeof best[nameOf('val', base)]?.step === 'number') ? (
              <tr>
                <th scope="row">{t('run.result.bestStep')}</th>
                {columns.map((base) => (
                  <td key={base} className="num">
                    {format.number(best[nameOf('val', base)]?.step ?? null, 0)}
                  </td>
                ))}
              </tr>
            ) : null}
          </tbody>
        </table>
      ) : null}
      {others.length > 0 ? (
        <dl className="fact-list">
          {others.map(({ name, part, base }) => (
            <div key={name}>
              <dt title={name}>
                {part === null
                  ? isServingScalar(name)
                    ? t(`scalar.${name}`)
                    : (scalarDefinition(name, declared)?.name ?? name)
                  : t('compare.scalar', { quantity: quantityName(t, base), part: t(`scalar.part.${part}`) })}
              </dt>
              <dd>{ownText(name)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </>
  );
}
