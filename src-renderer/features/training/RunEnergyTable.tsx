import type { ReactNode } from 'react';
import type { Quantity } from '@shared/model/provenance';
import type { Run, RunEnergy } from '@shared/model/run';
import { useTexts, type Translate } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import { QuantityText } from '../../ui/QuantityText';

interface Row {
  readonly name: string;
  readonly quantity: Quantity;
  readonly level: 'total' | 'part' | 'plain';
}

function rowsOf(t: Translate, energy: RunEnergy): readonly Row[] {
  return [
    { name: t('run.energy.aboveIdle'), quantity: energy.aboveIdleJ, level: 'part' },
    { name: t('run.energy.idle'), quantity: energy.idleJ, level: 'part' },
    { name: t('run.energy.it'), quantity: energy.itJ, level: 'plain' },
    { name: t('run.energy.infrastructure'), quantity: energy.infrastructureJ, level: 'part' },
    { name: t('run.energy.facility'), quantity: energy.facilityJ, level: 'total' },
    { name: t('run.energy.cost'), quantity: energy.cost, level: 'total' },
    { name: t('run.energy.co2e'), quantity: energy.co2eKg, level: 'total' },
    { name: t('run.energy.mean'), quantity: energy.meanItW, level: 'plain' },
    { name: t('run.energy.peak'), quantity: energy.peakItW, level: 'plain' },
    { name: t('run.energy.perSample'), quantity: { ...energy.jPerSample, unit: 'J/sample' }, level: 'plain' },
  ];
}

/** What the run drew and cost, its parts apart, and how much of its span the meters vouch for. */
export function RunEnergyTable({ run }: { readonly run: Run }): ReactNode {
  const { t, format } = useTexts();
  const energy = run.energy;
  return (
    <section className="facts" aria-label={t('run.energy.title')}>
      <h2>{t(energy === null || energy.final ? 'run.energy.title' : 'run.energy.soFar')}</h2>
      {energy === null ? (
        <p className="facts-empty">{t('run.energy.none')}</p>
      ) : (
        <>
          <table className="table energy-table" data-testid="run-energy">
            <tbody>
              {rowsOf(t, energy).map((row) => (
                <tr key={row.name} className={`energy-${row.level}`}>
                  <th scope="row">{row.name}</th>
                  <td className="num">
                    <QuantityText quantity={row.quantity} plain {...(row.quantity.unit === 'J' ? { like: energy.facilityJ.value ?? energy.itJ.value } : {})} />
                  </td>
                  <td className="energy-mark">
                    <ProvenanceBadge provenance={row.quantity.provenance} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="facts-note">
            {t('run.energy.coverage', { share: format.percent(coverage(energy), 1), covered: format.span(energy.coveredMs), gaps: format.span(energy.gapMs) })}{' '}
            {t('run.energy.priced', { price: format.plain(energy.pricePerKwh), currency: energy.currency, factor: format.plain(energy.gridKgPerKwh) })}
            {energy.leftOut.length > 0 ? ` ${t('run.energy.leftOut', { devices: energy.leftOut.join(', ') })}` : ''}
          </p>
        </>
      )}
    </section>
  );
}

function coverage({ coveredMs, gapMs }: RunEnergy): number | null {
  return coveredMs + gapMs > 0 ? coveredMs / (coveredMs + gapMs) : null;
}
