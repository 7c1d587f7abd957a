import type { ReactNode } from 'react';
import type { Quantity } from '@shared/model/provenance';
import type { Run } from '@shared/model/run';
import { IDLE_BELOW_PERCENT, type CostPerPoint, type RunEfficiency } from '@shared/model/run-efficiency';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Translate } from '../../i18n/use-texts';
import { useAnswer } from '../../rpc/hooks';
import { ProvenanceBadge } from '../../ui/Provenance';
import { QuantityText } from '../../ui/QuantityText';
import { Skeleton } from '../../ui/Skeleton';
import { scalarLabel } from './compare/columns';

/** What the run got for its energy, its money and the time of its GPUs: read anew as its bill is booked. */
export function RunEfficiencyTable({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const { answer } = useAnswer('runs.efficiency', { runId: run.id }, 'energy.changed');
  if (answer.state === 'loading') return <Skeleton lines={4} />;
  return (
    <section className="facts" aria-label={t('run.efficiency.title')}>
      <h2>{t('run.efficiency.title')}</h2>
      {answer.state === 'failed' ? (
        <p className="facts-note">{formatMessage(t, answer.error.localized)}</p>
      ) : (
        <Figures run={run} efficiency={answer.value} />
      )}
    </section>
  );
}

function Figures({ run, efficiency }: { readonly run: Run; readonly efficiency: RunEfficiency }): ReactNode {
  const { t, format } = useTexts();
  const { perStep, perEpoch, costs, idle, throttled, gpus } = efficiency;
  const rows: readonly (readonly [name: string, quantity: Quantity])[] = [
    [t('run.efficiency.perStep'), { ...perStep, unit: 'J/step' }],
    [t('run.efficiency.perEpoch'), perEpoch],
    ...costs.map((each) => [costName(t, run, each), each.cost] as const),
    [t('run.efficiency.idle'), idle],
    [t('run.efficiency.throttled'), throttled],
  ];
  return (
    <>
      <table className="table energy-table" data-testid="run-efficiency">
        <tbody>
          {rows.map(([name, quantity]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="num">
                <QuantityText quantity={quantity} plain />
              </td>
              <td className="energy-mark">
                {quantity.withheld === null ? (
                  <ProvenanceBadge provenance={quantity.provenance} />
                ) : (
                  <span className="energy-withheld">{t(`withheld.${quantity.withheld}`)}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {costs.length > 0 ? <p className="facts-note">{t('run.efficiency.cost.means')}</p> : null}
      {gpus.length > 0 ? (
        <p className="facts-note">
          {t('run.efficiency.idle.means', { limit: format.percent(IDLE_BELOW_PERCENT / 100), gpus: gpus.join(', ') })}
        </p>
      ) : null}
    </>
  );
}

function costName(t: Translate, { declared }: Run, { name, isShare }: CostPerPoint): string {
  return t(isShare ? 'run.efficiency.costPerPercent' : 'run.efficiency.costPerPoint', { name: scalarLabel(t, name, declared) });
}
