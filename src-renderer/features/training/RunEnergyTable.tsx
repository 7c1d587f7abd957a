import type { ReactNode } from 'react';
import { isPartial, WITHHELD_BELOW } from '@shared/energy/coverage';
import type { Quantity } from '@shared/model/provenance';
import type { Run, RunEnergy } from '@shared/model/run';
import { useTexts, type Texts, type Translate } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import { QuantityText } from '../../ui/QuantityText';

interface Row {
  readonly name: string;
  readonly quantity: Quantity;
  readonly level: 'total' | 'part' | 'plain';
  /** Whether it is of the facility, not of the node. */
  readonly ofFacility?: boolean;
}

function rowsOf(t: Translate, energy: RunEnergy): readonly Row[] {
  return [
    { name: t('run.energy.aboveIdle'), quantity: energy.aboveIdleJ, level: 'part' },
    { name: t('run.energy.idle'), quantity: energy.idleJ, level: 'part' },
    { name: t('run.energy.it'), quantity: energy.itJ, level: 'plain' },
    { name: t('run.energy.infrastructure'), quantity: energy.infrastructureJ, level: 'part', ofFacility: true },
    { name: t('run.energy.facility'), quantity: energy.facilityJ, level: 'total', ofFacility: true },
    { name: t('run.energy.cost'), quantity: energy.cost, level: 'total', ofFacility: true },
    { name: t('run.energy.co2e'), quantity: energy.co2eKg, level: 'total', ofFacility: true },
    { name: t('run.energy.mean'), quantity: energy.meanItW, level: 'plain' },
    { name: t('run.energy.peak'), quantity: energy.peakItW, level: 'plain' },
    { name: t('run.energy.perSample'), quantity: { ...energy.jPerSample, unit: 'J/sample' }, level: 'plain' },
  ];
}

/** What the run drew and cost, its parts apart, and how much of its span the meters vouch for. */
export function RunEnergyTable({ run }: { readonly run: Run }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
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
                    <QuantityText
                      quantity={row.quantity}
                      plain
                      {...(row.quantity.unit === 'J' ? { like: energy.facilityJ.value ?? energy.itJ.value } : {})}
                    />
                  </td>
                  <td className="energy-mark">
                    {row.quantity.withheld === null ? (
                      <ProvenanceBadge provenance={row.quantity.provenance} />
                    ) : (
                      <span className="energy-withheld">{t(`withheld.${row.quantity.withheld}`)}</span>
                    )}
                    {row.quantity.value !== null && isAllocated(energy, row) ? (
                      <span className="energy-allocated" title={t('run.energy.allocated.means')}>
                        {t('run.energy.allocated')}
                      </span>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="facts-note" data-testid="run-energy-notes">
            {notesOf(texts, energy).join(' ')}
          </p>
        </>
      )}
    </section>
  );
}

/** Of several runs on one node nothing is metered apart; of a facility that feeds other nodes too, what is paid for is not. */
function isAllocated({ allocated }: RunEnergy, { ofFacility = false }: Row): boolean {
  return allocated !== null && (allocated.runs.length > 0 || (allocated.ofRoom && ofFacility));
}

/** What the figures cover, leave out and share, and what they were priced with. */
function notesOf({ t, format }: Texts, energy: RunEnergy): string[] {
  const { itJ, facilityJ, spanMs, inconsistentMs, allocated, excludedDevices } = energy;
  const covered = (key: 'run.energy.coverage.it' | 'run.energy.coverage.facility', { coverage }: Quantity): string[] =>
    coverage === undefined ? [] : [t(key, { share: format.percent(coverage, 1), gaps: format.span((1 - coverage) * spanMs) })];
  return [
    ...covered('run.energy.coverage.it', itJ),
    ...covered('run.energy.coverage.facility', facilityJ),
    ...(isPartial(itJ) || isPartial(facilityJ) ? [t('run.energy.partial', { share: format.percent(WITHHELD_BELOW) })] : []),
    ...(inconsistentMs > 0 ? [t('run.energy.inconsistent', { duration: format.span(inconsistentMs) })] : []),
    ...(allocated && allocated.runs.length > 0 ? [t('run.energy.sharedWith', { runs: allocated.runs.join(', ') })] : []),
    ...(allocated?.ofRoom ? [t('run.energy.ofRoom')] : []),
    t('run.energy.priced', {
      price: format.plain(energy.pricePerKwh),
      currency: energy.currency,
      factor: format.plain(energy.gridKgPerKwh),
    }),
    ...(excludedDevices.length > 0 ? [t('run.energy.leftOut', { devices: excludedDevices.join(', ') })] : []),
  ];
}
