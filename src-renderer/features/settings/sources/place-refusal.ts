import type { AppError } from '@shared/contract/errors';
import type { ParamSpec } from '@shared/model/param';
import { english, isKeyedMessage } from '@shared/text/message';
import type { ParamsForm } from '../../../forms/params-form';
import { formatMessage } from '../../../i18n/format-message';
import type { Translate } from '../../../i18n/use-texts';

/** Puts what the core says of one setting at its field, as the form's own complaints; false = it is of none of them. */
export function placeRefusal(t: Translate, form: ParamsForm, specs: readonly ParamSpec[], { localized }: AppError): boolean {
  if (!isKeyedMessage(localized) || localized.id !== 'message.collector.refused') return false;
  const { param = '', why = '' } = localized.params;
  if (typeof param === 'number' || typeof why === 'number') return false;
  const index = specs.findIndex(({ label }) => english(label) === english(param));
  if (index === -1) return false;
  form.setError(`fields.${index}.text`, { type: 'refused', message: formatMessage(t, why) }, { shouldFocus: true });
  return true;
}
