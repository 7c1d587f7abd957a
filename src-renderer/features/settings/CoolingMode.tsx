import { useId, type ReactNode } from 'react';
import { defaultSettings, type Facility, type Settings } from '@shared/model/settings';
import { useTexts } from '../../i18n/use-texts';
import { Select } from '../../ui/Field';
import { useSave } from './use-save';

type Cooling = Facility['cooling'];

/** A chiller of everyday size; what one starts from when there is no data sheet at hand. */
const FIXED_START: Cooling = { mode: 'fixed', cop: 4 };
const standard = defaultSettings.facility.cooling;
const OUTDOOR_START: Cooling = standard.mode === 'outdoor' ? standard : { mode: 'outdoor', carnotFraction: 0.55, evaporatorTempC: 7, outdoorDryBulbC: 20, condenserApproachK: 12.5 };

/** Which of the two cooling models is in use; each has parameters of its own. */
export function CoolingMode({ settings }: { readonly settings: Settings }): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const noteId = useId();
  const { save } = useSave();
  const mode = settings.facility.cooling.mode;
  return (
    <div className="setting" data-setting="facility.cooling.mode">
      <label className="setting-label" htmlFor={id}>
        {t('settings.field.coolingMode')}
      </label>
      <div className="setting-control">
        <Select<Cooling['mode']>
          id={id}
          describedBy={noteId}
          testId="setting-facility.cooling.mode"
          value={mode}
          options={(['outdoor', 'fixed'] as const).map((value) => ({ value, label: t(`settings.cooling.${value}`) }))}
          onChange={(next) => save({ facility: { ...settings.facility, cooling: next === 'fixed' ? FIXED_START : OUTDOOR_START } }, () => undefined)}
        />
      </div>
      <div className="setting-note" id={noteId}>
        <span>{t(`settings.cooling.${mode}.note`)}</span>
      </div>
    </div>
  );
}
