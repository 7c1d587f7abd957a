import type { ReactNode } from 'react';
import type { ParamValue } from '@shared/model/param';
import { isRecipeId, recipes } from '@shared/model/recipes';
import type { Run, RunResult } from '@shared/model/run';
import type { Message } from '@shared/text/message';
import { formatMessage } from '../../i18n/format-message';
import { engineName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { valueText } from './params';

/** What the run reached, on what engine, with which numbers. */
export function RunFacts({ run }: { readonly run: Run }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const facts: readonly (readonly [string, string])[] = [
    [t('run.facts.engine'), run.engineUsed ?? engineName(t, run.engine)],
    [t('run.facts.speed'), speed(format.number(run.result?.samplesPerSecond ?? run.last.samplesPerSecond, 0), t('unit.samplesPerSecond'))],
    [t('run.facts.started'), run.startedAtMs === null ? format.number(null, 0) : format.dateTime(run.startedAtMs)],
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
  ];
  return (
    <>
      <section className="facts" aria-label={t('run.result.title')}>
        <h2>{t(run.result ? 'run.result.title' : 'run.result.soFar')}</h2>
        <ResultTable result={run.result} last={run.last} />
      </section>
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
        <dl className="fact-list fact-params">
          {paramsOf(run).map(({ name, label, value, unit }) => (
            <div key={name}>
              <dt>{formatMessage(t, label)}</dt>
              <dd>{[valueText(texts, value), unit].filter(Boolean).join(' ')}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}

interface ShownParam {
  readonly name: string;
  readonly label: Message;
  readonly value: ParamValue;
  readonly unit: string;
}

/**
 * The run's parameters in the order of the form that it was started with. One from before runs kept that is read by what its recipe
 * declares now; what nothing is said of stands last, by its own name.
 */
function paramsOf({ params, paramSpecs, recipe }: Run): ShownParam[] {
  const specs = paramSpecs.length > 0 ? paramSpecs : isRecipeId(recipe) ? recipes[recipe].params : [];
  const known = specs.flatMap(({ name, label, unit }) => {
    const value = params[name];
    return value === undefined ? [] : [{ name, label, value, unit }];
  });
  const names = new Set(known.map(({ name }) => name));
  const others = Object.entries(params).filter(([name]) => !names.has(name));
  return [...known, ...others.map(([name, value]): ShownParam => ({ name, label: name, value, unit: '' }))];
}

function speed(figure: string, unit: string): string {
  return `${figure} ${unit}`;
}

/** Train, validation and test side by side; while the run goes on, what is known of the first two. */
function ResultTable({ result, last }: { readonly result: RunResult | null; readonly last: Run['last'] }): ReactNode {
  const { t, format } = useTexts();
  const rows = [
    { name: t('run.result.train'), loss: result?.train.loss ?? last.loss, accuracy: result?.train.accuracy ?? last.accuracy },
    {
      name: t('run.result.validation'),
      loss: result?.validation.loss ?? last.valLoss,
      accuracy: result?.validation.accuracy ?? last.valAccuracy,
    },
    { name: t('run.result.test'), loss: result?.test.loss ?? null, accuracy: result?.test.accuracy ?? null },
  ];
  return (
    <table className="table result-table" data-testid="run-result">
      <thead>
        <tr>
          <td />
          <th scope="col" className="num">
            {t('training.column.loss')}
          </th>
          <th scope="col" className="num">
            {t('training.column.accuracy')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row.name} className={i === 2 ? 'result-main' : undefined}>
            <th scope="row">{row.name}</th>
            <td className="num">{format.number(row.loss, 4)}</td>
            <td className="num">{format.number(row.accuracy, 4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
