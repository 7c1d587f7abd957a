import type { ReactNode } from 'react';
import type { Run } from '@shared/model/run';
import { scalars, type KnownScalar } from '@shared/model/scalars';
import { withUnit } from '../../../i18n/format';
import { useTexts } from '../../../i18n/use-texts';
import { Copyable } from '../../../ui/Copyable';
import { scalarText } from '../run-figures';
import { curlOf } from './model-input';
import styles from './serving.module.css';

/** While it serves: of its last second with requests; at the end: of all. */
const shown = [
  'serve/requests',
  'serve/predictions',
  'serve/errors',
  'serve/requests_per_second',
  'serve/predictions_per_second',
  'serve/errors_per_second',
  'serve/latency_p50',
  'serve/latency_p95',
  'serve/latency_p99',
  'serve/queue',
  'serve/batch',
] as const satisfies readonly KnownScalar[];

/** Where a model is served, how it is asked, and what was asked of it. */
export function ServingFacts({ run }: { readonly run: Run }): ReactNode {
  const { t, format } = useTexts();
  const { served } = run.control;
  const values = run.result ?? run.last;
  const figures = shown.filter((name) => values[name] !== undefined);
  return (
    <section className="facts" aria-label={t('run.serving.title')} data-testid="serving-facts">
      <h2>{t('run.serving.title')}</h2>
      {served === null ? (
        <p className="facts-empty">{t('run.serving.starting')}</p>
      ) : (
        <>
          <dl className="fact-list">
            <div>
              <dt>{t('run.serving.address')}</dt>
              <dd data-testid="serving-address">{served.address}</dd>
            </div>
            <div>
              <dt>{t('run.serving.versions')}</dt>
              <dd>{served.versions.join(', ')}</dd>
            </div>
          </dl>
          {run.status === 'running' ? (
            <div className={styles['curl']}>
              <Copyable text={curlOf(served)} />
            </div>
          ) : null}
        </>
      )}
      {figures.length === 0 ? (
        <p className="facts-empty">{t('run.serving.none')}</p>
      ) : (
        <dl className="fact-list" data-testid="serving-figures">
          {figures.map((name) => {
            const { unit } = scalars[name];
            return (
              <div key={name}>
                <dt>{t(`scalar.${name}`)}</dt>
                <dd>{withUnit(scalarText(format, name, values[name] ?? null, run.declared), unit === '1' ? '' : unit)}</dd>
              </div>
            );
          })}
        </dl>
      )}
    </section>
  );
}
