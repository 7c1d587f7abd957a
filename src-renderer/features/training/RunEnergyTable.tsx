import { useMemo, type ReactNode } from 'react';
import { isPartial, WITHHELD_BELOW } from '@shared/energy/coverage';
import type { BillLine } from '@shared/model/price-list';
import type { Quantity } from '@shared/model/provenance';
import { isFinal, type Run, type RunEnergy } from '@shared/model/run';
import { SERVING_KIND } from '@shared/model/serving';
import { useTexts, type Texts, type Translate } from '../../i18n/use-texts';
import { QuantityTable, type NamedQuantity } from './QuantityTable';

/** The bill, from its parts to what it comes to. */
function rowsOf(t: Translate, kind: string, energy: RunEnergy): readonly NamedQuantity[] {
  const row = (name: string, quantity: Quantity, level: NamedQuantity['level'], ofFacility = false): NamedQuantity => ({
    name,
    quantity,
    level,
    ...(quantity.unit === 'J' ? { like: energy.facilityJ.value ?? energy.itJ.value } : {}),
    mark:
      quantity.value !== null && isAllocated(energy, ofFacility) ? (
        <span className="energy-allocated" title={t('run.energy.allocated.means')}>
          {t('run.energy.allocated')}
        </span>
      ) : null,
  });
  return [
    // Of bills of before the ledger, which has an account of its own for what is idle.
    ...(energy.aboveIdleJ ? [row(t('run.energy.aboveIdle'), energy.aboveIdleJ, 'part')] : []),
    ...(energy.idleJ ? [row(t('run.energy.idle'), energy.idleJ, 'part')] : []),
    row(t('run.energy.it'), energy.itJ, 'plain'),
    row(t('run.energy.infrastructure'), energy.infrastructureJ, 'part', true),
    row(t('run.energy.facility'), energy.facilityJ, 'total', true),
    row(t('run.energy.cost'), energy.cost, 'total', true),
    row(t('run.energy.co2e'), energy.co2eKg, 'total', true),
    row(t('run.energy.mean'), energy.meanItW, 'plain'),
    row(t('run.energy.peak'), energy.peakItW, 'plain'),
    kind === SERVING_KIND
      ? row(t('run.energy.perPrediction'), { ...energy.jPerSample, unit: 'J/prediction' }, 'plain')
      : row(t('run.energy.perSample'), { ...energy.jPerSample, unit: 'J/sample' }, 'plain'),
  ];
}

/** What the run drew and cost, its parts apart. @param more stands below it, where it is only a part of a page */
export function RunEnergyTable({ run, more }: { readonly run: Run; readonly more?: ReactNode }): ReactNode {
  const { t } = useTexts();
  const { energy, kind } = run;
  const title = t(energy === null || energy.final ? 'run.energy.title' : 'run.energy.soFar');
  const rows = useMemo(() => (energy === null ? [] : rowsOf(t, kind, energy)), [t, kind, energy]);
  return (
    <section className="facts" aria-label={t('run.energy.title')}>
      {energy === null ? (
        <>
          <h2>{title}</h2>
          <p className="facts-empty">{t(isFinal(run.status) ? 'run.energy.unmetered' : 'run.energy.none')}</p>
        </>
      ) : (
        <>
          <QuantityTable id="run-energy" title={title} rows={rows} hasTools={more === undefined} />
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
function isAllocated({ basis, allocated }: RunEnergy, ofFacility: boolean): boolean {
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
