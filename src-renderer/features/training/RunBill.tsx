import { useMemo, type ReactNode } from 'react';
import type { BillLine } from '@shared/model/price-list';
import { IMPORTED_KIND, type Run } from '@shared/model/run';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { RunEfficiencyTable } from './RunEfficiencyTable';
import { RunEnergyNotes, RunEnergyTable } from './RunEnergyTable';

/** All that a run drew and cost, by which prices, and how well it is known. */
export function RunBill({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const { energy } = run;
  return (
    <div className="run-columns run-bill" tabIndex={0} role="region" aria-label={t('run.tab.bill')}>
      <div className="run-bill-figures">
        <RunEnergyTable run={run} />
        {run.startedAtMs === null || run.kind === IMPORTED_KIND ? null : <RunEfficiencyTable run={run} />}
      </div>
      {energy === null ? null : (
        <div className="run-bill-rest">
          {energy.lines.length > 0 ? <BillLines lines={energy.lines} /> : null}
          <RunEnergyNotes energy={energy} />
        </div>
      )}
    </div>
  );
}

const lineId = ({ priceListId, fromMs }: BillLine): string => `${priceListId} ${fromMs}`;

/** The parts of a bill for which one price list each was in force. */
function BillLines({ lines }: { readonly lines: readonly BillLine[] }): ReactNode {
  const texts = useTexts();
  const label = texts.t('run.bill.lines');
  const columns = useMemo(() => lineColumns(texts, Math.max(...lines.map(({ energyJ }) => energyJ))), [texts, lines]);
  return (
    <section className="facts">
      <DataTable
        id="bill-lines"
        label={label}
        lead={<h2>{label}</h2>}
        columns={columns}
        rows={lines}
        rowId={lineId}
        tools={lines.length > 8 ? 'all' : 'columns'}
        testId="run-bill-lines"
      />
    </section>
  );
}

/** @param largestJ by whose unit all energies are shown */
function lineColumns({ t, format }: Texts, largestJ: number): DataColumn<BillLine>[] {
  return [
    {
      id: 'from',
      name: t('run.bill.from'),
      role: 'head',
      value: ({ fromMs }) => new Date(fromMs).toISOString(),
      text: ({ fromMs }) => format.shortDateTime(fromMs),
      title: ({ priceListId }) => `${t('run.bill.list')} ${priceListId}`,
    },
    { id: 'list', name: t('run.bill.list'), value: ({ priceListId }) => priceListId, isHidden: true },
    {
      id: 'energy',
      name: t('run.energy.facility'),
      valueUnit: 'J',
      isNumber: true,
      value: ({ energyJ }) => energyJ,
      text: ({ energyJ }) => format.withUnit(format.quantityLike(energyJ, 'J', largestJ)),
    },
    {
      id: 'price',
      name: t('run.bill.price'),
      isNumber: true,
      value: ({ pricePerKwh }) => pricePerKwh,
      text: ({ pricePerKwh, currency }) => t('run.bill.perKwh', { price: format.plain(pricePerKwh), currency }),
    },
    {
      id: 'cost',
      name: t('run.energy.cost'),
      isNumber: true,
      value: ({ cost }) => cost,
      text: ({ cost, currency }) => format.withUnit(format.quantity(cost, currency, 2)),
    },
    { id: 'currency', name: t('run.bill.currency'), isFileOnly: true, value: ({ currency }) => currency },
    {
      id: 'co2e',
      name: t('run.energy.co2e'),
      valueUnit: 'kg',
      isNumber: true,
      value: ({ co2eKg }) => co2eKg,
      text: ({ co2eKg }) => format.withUnit(format.quantity(co2eKg, 'kg', 3)),
    },
  ];
}
