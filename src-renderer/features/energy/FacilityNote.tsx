import type { ReactNode } from 'react';
import { WHOLE_FACILITY } from '@shared/model/power-fit';
import type { PowerTree, PowerTreeState } from '@shared/model/power-tree';
import { toSettings } from '../../app/paths';
import { useTexts } from '../../i18n/use-texts';
import { modelErrorText } from './model-error';
import styles from './energy.module.css';

/** Whether the facility's power is that of meters, and what keeps it from being. */
export function FacilityNote({ tree, state }: { readonly tree: PowerTree; readonly state: PowerTreeState }): ReactNode {
  const { t, format } = useTexts();
  const nameOf = (id: string): string => tree.places.find((place) => place.id === id)?.name ?? id;
  const { facility, open, branches, facilityW, modelledW, modelFits, modelOutside } = state;
  const curvesOf = (ids: readonly string[]): string =>
    ids.map((id) => (id === WHOLE_FACILITY ? t('energy.fits.whole') : nameOf(id))).join(', ');
  const watts = (value: number): string => format.withUnit(format.quantity(value, 'W', 1));
  const silent = [...new Set(state.places.flatMap((place) => place.silent))].map(
    (device) => state.meters.find((meter) => meter.device === device)?.label ?? device,
  );
  return (
    <div className={styles.notes} data-testid="energy-facility" data-facility={facility}>
      <p>{facility === 'open' ? t('energy.facility.open', { places: open.map(nameOf).join(', ') }) : t(`energy.facility.${facility}`)}</p>
      {facility === 'metered' && facilityW.value && modelledW.value !== null ? (
        <p data-testid="energy-model">
          {t('energy.facility.model', {
            model: watts(modelledW.value),
            error: modelErrorText(format, modelledW.value / facilityW.value - 1),
            metered: watts(facilityW.value),
          })}{' '}
          <a href={toSettings()}>{t('energy.facility.setModel')}</a>
        </p>
      ) : null}
      {modelFits.length === 0 ? null : (
        <p data-testid="energy-model-fits">{t('energy.facility.modelFits', { places: curvesOf(modelFits) })}</p>
      )}
      {modelOutside.length === 0 ? null : (
        <p className={styles.bad}>{t('energy.facility.modelOutside', { places: curvesOf(modelOutside) })}</p>
      )}
      {branches.length === 0 ? null : <p>{t('energy.facility.branches', { meters: branches.map(({ label }) => label).join(', ') })}</p>}
      {silent.length === 0 ? null : (
        <p className={styles.bad} data-testid="energy-silent">
          {t('energy.facility.silent', { meters: silent.join(', ') })}
        </p>
      )}
    </div>
  );
}
