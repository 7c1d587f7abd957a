import { useState, type ReactNode } from 'react';
import { puePeriods, type Pue, type PuePeriod } from '@shared/model/energy';
import { valueOf } from '../../data/loadable';
import { pueHow } from '../../i18n/pue-how';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useAnswer } from '../../rpc/hooks';
import { Select } from '../../ui/Select';
import { Tile } from '../../ui/Tile';
import { remembered } from './remembered';

/** The ratio of energies over a period, beside the one of powers at this moment. */
export function PueTile(): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const [period, setPeriod] = useState(remembered.puePeriod);
  const pue = valueOf(useAnswer('energy.pue', { period }, 'energy.changed').answer);
  const ratio = pue?.ratio ?? null;
  const choose = (chosen: PuePeriod): void => {
    remembered.puePeriod = chosen;
    setPeriod(chosen);
  };
  const options = puePeriods.map((value) => ({
    value,
    label: value === period && pue?.isSoFar === true ? t('room.pue.soFar') : t(`room.pue.${value}`),
  }));
  const picker = (
    <span className="pue-period">
      <Select label={t('room.pue.period')} value={period} options={options} onChange={choose} testId="pue-period" />
    </span>
  );
  return (
    <Tile
      testId="tile-pue"
      size="m"
      label={period === 'year' && pue?.isSoFar === false ? t('room.pue.full') : t('room.pue.interim')}
      quantity={ratio}
      figure={format.quantity(ratio?.value ?? null, '1', 3)}
      how={pue ? note(texts, pue) : null}
      lead={picker}
    />
  );
}

function note({ t, format }: Texts, { fromMs, toMs, ratio, uncertainty, category, meteredItShare, isMetered, missing }: Pue): ReactNode {
  return (
    <>
      <p>{t('room.pue.how', { range: format.range(fromMs, toMs) })}</p>
      <p>{t('room.pue.coverage', { share: format.percent(ratio.coverage ?? null) })}</p>
      {meteredItShare === null ? null : <p>{t('room.pue.metered', { share: format.percent(meteredItShare) })}</p>}
      {uncertainty === null ? null : <p>{t('room.pue.uncertainty', { limit: format.number(uncertainty, 3) })}</p>}
      <p>{category === null ? t('room.pue.noCategory') : t(`room.pue.category.${category}`)}</p>
      {category === null && ratio.value !== null ? <p>{pueHow(t, { pue: ratio, category, isMetered, missing })}</p> : null}
      {missing.length === 0 ? null : <p>{t('energy.missing', { meters: missing.join(', ') })}</p>}
    </>
  );
}
