import type { AppError } from '@shared/contract/errors';
import { formatMessage } from './format-message';
import type { Translate } from './use-texts';

/** A named failure and its details, in the window's language. */
export const errorText = (t: Translate, error: AppError): string => `${t(`error.${error.code}`)} ${formatMessage(t, error.localized)}`;
