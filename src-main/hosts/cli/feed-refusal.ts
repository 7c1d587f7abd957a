import { AppError } from '@shared/contract/errors';
import type { ParamSpec } from '@shared/model/param';
import { english, isKeyedMessage } from '@shared/text/message';

/**
 * A document names its settings by keys, the core's complaint by the label that the window shows: the same complaint with the
 * setting's place in the document. Any other error comes back as it is.
 */
export function placedInDocument(error: unknown, params: readonly ParamSpec[]): unknown {
  if (!(error instanceof AppError) || !isKeyedMessage(error.localized) || error.localized.id !== 'message.collector.refused') return error;
  const { param = '', why = '' } = error.localized.params;
  if (typeof param === 'number' || typeof why === 'number') return error;
  const spec = params.find(({ label }) => english(label) === english(param));
  const place = spec === undefined ? `settings.${english(param)}` : `settings.${spec.name} (${english(spec.label)})`;
  return new AppError(error.code, `${place}: ${english(why)}`, { cause: error });
}
