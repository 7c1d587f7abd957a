import { useMemo } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { z } from 'zod';
import type { ParamSpec, ParamValue, ParamValues } from '@shared/model/param';
import { english, message, type Message } from '@shared/text/message';
import type { Format } from '../i18n/format';
import { useTexts } from '../i18n/use-texts';
import { useZodForm } from './use-zod-form';
import { fieldsOf, readFields } from './params';

const NAME_MAX = 120;

const Typed = z.object({ name: z.string(), fields: z.array(z.object({ text: z.string(), kept: z.string() })) });
export type ParamsTyped = z.infer<typeof Typed>;

export interface ParamsSent {
  readonly name: string;
  readonly params: Record<string, ParamValue>;
  readonly secrets: Readonly<Record<string, string>>;
}
export type ParamsForm = UseFormReturn<ParamsTyped, unknown, ParamsSent>;

/** All faults at once, so that a form shows each of them. */
function paramsSchema(specs: readonly ParamSpec[], named: boolean, format: Format): z.ZodType<ParamsSent, ParamsTyped> {
  return Typed.transform(({ name: typed, fields }, context): ParamsSent => {
    const refuse = (path: (string | number)[], why: Message): void =>
      context.addIssue({ code: 'custom', path, message: english(why), params: { why } });
    const name = typed.trim();
    if (named && name === '') refuse(['name'], message('message.param.needed'));
    if (name.length > NAME_MAX) refuse(['name'], message('message.param.text', { most: NAME_MAX }));
    const { params, secrets, refusals } = readFields(specs, fields, format);
    specs.forEach((spec, i) => {
      const why = refusals[spec.name];
      if (why !== undefined) refuse(['fields', i, 'text'], why);
    });
    return { name, params: params ?? {}, secrets };
  });
}

/** A form for whatever is declared as parameters. @param named it has a name too */
export function useParamsForm(
  specs: readonly ParamSpec[],
  { named = false, name = '', values }: { readonly named?: boolean; readonly name?: string; readonly values?: ParamValues } = {},
): ParamsForm {
  const { format } = useTexts();
  const schema = useMemo(() => paramsSchema(specs, named, format), [specs, named, format]);
  return useZodForm(schema, { name, fields: fieldsOf(specs, format, values) });
}
