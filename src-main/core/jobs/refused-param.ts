import { AppError } from '@shared/contract/errors';
import type { ParamSpec } from '@shared/model/param';
import { message, type Message } from '@shared/text/message';

/** Names the first parameter that is refused, and why. */
export function refusedParam(specs: readonly ParamSpec[], refusals: Readonly<Record<string, Message>>): AppError {
  const [name = '', why = ''] = Object.entries(refusals)[0] ?? [];
  const param = specs.find((spec) => spec.name === name)?.label ?? name;
  return new AppError('invalid-input', message('message.param.refused', { param, name, why }));
}
