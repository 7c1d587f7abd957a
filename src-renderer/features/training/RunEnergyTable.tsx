import type { ReactNode } from 'react';
import { isPartial, WITHHELD_BELOW } from '@shared/energy/coverage';
import type { BillLine } from '@shared/model/price-list';
import type { Quantity } from '@shared/model/provenance';
import { isFinal, type Run, type RunEnergy } from '@shared/model/run';
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
    // Of bills of before the ledger, which has an account of its own for what is idle.
    ...(energy.aboveIdleJ ? [{ name: t('run.energy.aboveIdle'), quantity: energy.aboveIdleJ, level: 'part' as const }] : []),
    ...(energy.idleJ ? [{ name: t('run.energy.idle'), quantity: energy.idleJ, level: 'part' as const }] : []),
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

/** What the run drew and cost, its parts apart. */
export function RunEnergyTable({ run, more }: { readonly run: Run; readonly more?: ReactNode }): ReactNode {
  const { t } = useTexts();
  const energy = run.energy;
  return (
    <section className="facts" aria-label={t('run.energy.title')}>
      <h2>{t(energy === null || energy.final ? 'run.energy.title' : 'run.energy.soFar')}</h2>
      {energy === null ? (
        <p className="facts-empty">{t(isFinal(run.status) ? 'run.energy.unmetered' : 'run.energy.none')}</p>
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
          {more}
        </>
      )}
    </section>
  );
}

/** How much of the bill the meters vouch for, what is shared, and what it was priced with. */
export function RunEnergyNotes({ energy }: { readonly energy: RunEnergy }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  return (
    <section className="facts" aria-label={t('run.bill.basis')}>
      <h2>{t('run.bill.basis')}</h2>
      <ul className="bill-notes" data-testid="run-energy-notes">
        {notesOf(texts, energy).map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

/** What no meter tells apart: a device that several use, and the infrastructure around all of them. */
function isAllocated({ basis, allocated }: RunEnergy, { ofFacility = false }: Row): boolean {
  if (allocated === null) return false;
  return (basis === 'ledger' ? allocated.byUse : allocated.runs.length > 0) || (allocated.ofRoom && ofFacility);
}

/** What the figures cover, leave out and share, and what they were priced with. */
function notesOf({ t, format }: Texts, energy: RunEnergy): string[] {
  const { basis, itJ, facilityJ, spanMs, inconsistentMs, allocated, excludedDevices, lines } = energy;
  const isByUse = basis === 'ledger';
  const covered = (key: 'run.energy.coverage.it' | 'run.energy.coverage.facility', { coverage }: Quantity): string[] =>
    coverage === undefined ? [] : [t(key, { share: format.percent(coverage, 1), gaps: format.span((1 - coverage) * spanMs) })];
  return [
    ...covered('run.energy.coverage.it', itJ),
    ...covered('run.energy.coverage.facility', facilityJ),
    ...(isPartial(itJ) || isPartial(facilityJ) ? [t('run.energy.partial', { share: format.percent(WITHHELD_BELOW) })] : []),
    ...(inconsistentMs > 0 ? [t('run.energy.inconsistent', { duration: format.span(inconsistentMs) })] : []),
    ...(isByUse && allocated?.byUse ? [t('run.energy.byUse')] : []),
    ...(allocated && allocated.runs.length > 0
      ? [t(isByUse ? 'run.energy.beside' : 'run.energy.sharedWith', { runs: allocated.runs.join(', ') })]
      : []),
    ...(allocated?.ofRoom ? [t(isByUse ? 'run.energy.ofRoomByEnergy' : 'run.energy.ofRoom')] : []),
    ...(lines.length > 0 ? lines : [energy]).map((terms) => priced({ t, format }, terms)),
    ...(excludedDevices.length > 0 ? [t('run.energy.excluded', { devices: excludedDevices.join(', ') })] : []),
  ];
}

/** One part of the bill, with the price list it was made with where it names one. */
function priced({ t, format }: Pick<Texts, 't' | 'format'>, terms: Terms): string {
  const figures = { price: format.plain(terms.pricePerKwh), currency: terms.currency, factor: format.plain(terms.gridKgPerKwh) };
  return terms.priceListId === undefined
    ? t('run.energy.priced', figures)
    : t('run.energy.pricedBy', { ...figures, list: terms.priceListId });
}

type Terms = Pick<BillLine, 'pricePerKwh' | 'currency' | 'gridKgPerKwh'> & Partial<Pick<BillLine, 'priceListId'>>;
