import { useId, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import { coolingStart, type Facility, type Settings } from '@shared/model/settings';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { Select } from '../../ui/Select';
import { useSave } from '../../rpc/use-save';

/** Which of the two cooling models is in use; each has parameters of its own. */
export function CoolingMode({ settings }: { readonly settings: Settings }): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const noteId = useId();
  const { save, state } = useSave();
  const mode = settings.facility.cooling.mode;
  return (
    <div className="setting" data-setting="facility.cooling.mode">
      <label className="setting-label" htmlFor={id}>
        {t('settings.field.coolingMode')}
      </label>
      <div className="setting-control">
        <Select<Facility['cooling']['mode']>
          id={id}
          describedBy={noteId}
          testId="setting-facility.cooling.mode"
          value={mode}
          options={(['outdoor', 'fixed'] as const).map((value) => ({ value, label: t(`settings.cooling.${value}`) }))}
          onChange={(next) =>
            void save(
              ({ facility }) => ({ facility: { ...facility, cooling: coolingStart[next] } }),
              () => undefined,
            )
          }
        />
      </div>
      <div className="setting-note" id={noteId}>
        {state instanceof AppError ? (
          <span className="field-error" role="alert">
            {errorText(t, state)}
          </span>
        ) : (
          <span>{t(`settings.cooling.${mode}.note`)}</span>
        )}
      </div>
    </div>
  );
}
