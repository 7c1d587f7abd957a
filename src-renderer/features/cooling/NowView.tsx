import { useMemo, type ReactNode } from 'react';
import { classLimits } from '@shared/climate/thermal-class';
import type { CoolingNow } from '@shared/model/cooling';
import type { Quantity } from '@shared/model/provenance';
import type { TextKey } from '../../i18n';
import type { Figure } from '../../i18n/format';
import { useTexts } from '../../i18n/use-texts';
import { EmptyState } from '../../ui/EmptyState';
import { Tile } from '../../ui/Tile';
import { airPoints, PsychrometricChart } from './PsychrometricChart';
import { ZoneMap } from './ZoneMap';
import { rangeText } from './range-text';
import styles from './cooling.module.css';

/** The room at this moment. */
export function NowView({ now, sensorsAt }: { readonly now: CoolingNow; readonly sensorsAt: string }): ReactNode {
  const { t } = useTexts();
  const points = useMemo(() => airPoints(now), [now]);
  return (
    <>
      <Tiles now={now} />
      {now.inletC.withheld === 'no-sensor' ? (
        <EmptyState icon="cooling" title={t('cooling.noInlet.title')} action={<a href={sensorsAt}>{t('cooling.noInlet.step')}</a>}>
          {t('cooling.noInlet.text')}
        </EmptyState>
      ) : (
        <div className={styles['split']}>
          <ZoneMap now={now} />
          <PsychrometricChart thermalClass={now.thermalClass} points={points} cells={NO_CELLS} />
        </div>
      )}
    </>
  );
}

const NO_CELLS = [] as const;

function Tiles({ now }: { readonly now: CoolingNow }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { recommended } = classLimits[now.thermalClass];
  const tile = (
    id: string,
    label: TextKey,
    how: TextKey,
    quantity: Quantity,
    figure: Figure,
    size: 'm' | 'l',
    note: ReactNode = null,
  ): ReactNode => (
    <Tile key={id} testId={`tile-${id}`} size={size} label={t(label)} quantity={quantity} figure={figure} how={t(how)}>
      {note}
    </Tile>
  );
  const degrees = (quantity: Quantity): Figure => format.quantity(quantity.value, '°C', 1);
  const range = rangeText(format, recommended);
  const back = now.returnC.value === null ? null : t('cooling.return.at', { value: format.withUnit(degrees(now.returnC)) });
  const { wetBulbC } = now.outdoor;
  const wet = wetBulbC.value === null ? null : t('cooling.outdoor.wetBulbAt', { value: format.withUnit(degrees(wetBulbC)) });
  return (
    <div className={styles['tiles']}>
      {tile('inlet', 'cooling.inlet', 'cooling.inlet.how', now.inletC, degrees(now.inletC), 'l', t('cooling.recommended', { range }))}
      {tile('supply', 'cooling.supply', 'cooling.supply.how', now.supplyC, degrees(now.supplyC), 'm', back)}
      {tile('rci-high', 'cooling.rciHigh', 'cooling.rciHigh.how', now.rciHigh, format.quantity(now.rciHigh.value, '%', 0), 'm')}
      {tile('rci-low', 'cooling.rciLow', 'cooling.rciLow.how', now.rciLow, format.quantity(now.rciLow.value, '%', 0), 'm')}
      {tile('rti', 'cooling.rti', 'cooling.rti.how', now.rti, format.quantity(now.rti.value, '%', 0), 'm')}
      {tile('shi', 'cooling.shi', 'cooling.shi.how', now.shi, format.quantity(now.shi.value, '1', 2), 'm')}
      {tile('dew-point', 'cooling.dewPoint', 'cooling.dewPoint.how', now.dewPointC, degrees(now.dewPointC), 'm')}
      {tile('outdoor', 'cooling.outdoor', 'cooling.outdoor.how', now.outdoor.dryBulbC, degrees(now.outdoor.dryBulbC), 'm', wet)}
    </div>
  );
}
