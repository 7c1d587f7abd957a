import type { ReactNode } from 'react';
import type { BillLine } from '@shared/model/price-list';
import { IMPORTED_KIND, type Run } from '@shared/model/run';
import { useTexts } from '../../i18n/use-texts';
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

/** The parts of a bill for which one price list each was in force. */
function BillLines({ lines }: { readonly lines: readonly BillLine[] }): ReactNode {
  const { t, format } = useTexts();
  const largestJ = Math.max(...lines.map(({ energyJ }) => energyJ));
  return (
    <section className="facts">
      <h2>{t('run.bill.lines')}</h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t('run.bill.lines')}>
        <table className="table bill-lines" data-testid="run-bill-lines">
          <thead>
            <tr>
              <th scope="col">{t('run.bill.from')}</th>
              <th scope="col" className="num">
                {t('run.energy.facility')}
              </th>
              <th scope="col" className="num">
                {t('run.bill.price')}
              </th>
              <th scope="col" className="num">
                {t('run.energy.cost')}
              </th>
              <th scope="col" className="num">
                {t('run.energy.co2e')}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.priceListId} ${line.fromMs}`}>
                <th scope="row">{format.shortDateTime(line.fromMs)}</th>
                <td className="num">{format.withUnit(format.quantityLike(line.energyJ, 'J', largestJ))}</td>
                <td className="num">{t('run.bill.perKwh', { price: format.plain(line.pricePerKwh), currency: line.currency })}</td>
                <td className="num">{format.withUnit(format.quantity(line.cost, line.currency, 2))}</td>
                <td className="num">{format.withUnit(format.quantity(line.co2eKg, 'kg', 3))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
