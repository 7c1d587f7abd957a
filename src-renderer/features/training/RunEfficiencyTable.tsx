import type { ReactNode } from 'react';
import type { Run } from '@shared/model/run';
import { IDLE_BELOW_PERCENT, type CostPerPoint, type RunEfficiency } from '@shared/model/run-efficiency';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Translate } from '../../i18n/use-texts';
import { useAnswer } from '../../rpc/hooks';
import { Skeleton } from '../../ui/Skeleton';
import { scalarLabel } from './compare/columns';
import { QuantityTable, type NamedQuantity } from './QuantityTable';

/** What the run got for its energy, its money and the time of its GPUs: read anew as its bill is booked. */
export function RunEfficiencyTable({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const { answer } = useAnswer('runs.efficiency', { runId: run.id }, 'energy.changed');
  if (answer.state === 'loading') return <Skeleton lines={4} />;
  return (
    <section className="facts" aria-label={t('run.efficiency.title')}>
      {answer.state === 'failed' ? (
        <>
          <h2>{t('run.efficiency.title')}</h2>
          <p className="facts-note">{formatMessage(t, answer.error.localized)}</p>
        </>
      ) : (
        <Figures run={run} efficiency={answer.value} />
      )}
    </section>
  );
}

function Figures({ run, efficiency }: { readonly run: Run; readonly efficiency: RunEfficiency }): ReactNode {
  const { t, format } = useTexts();
  const { perStep, perEpoch, costs, idle, throttled, gpus } = efficiency;
  const rows: readonly NamedQuantity[] = [
    { name: t('run.efficiency.perStep'), quantity: { ...perStep, unit: 'J/step' } },
    { name: t('run.efficiency.perEpoch'), quantity: perEpoch },
    ...costs.map((each) => ({ name: costName(t, run, each), quantity: each.cost })),
    { name: t('run.efficiency.idle'), quantity: idle },
    { name: t('run.efficiency.throttled'), quantity: throttled },
  ];
  return (
    <>
      <QuantityTable id="run-efficiency" title={t('run.efficiency.title')} rows={rows} hasTools />
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
