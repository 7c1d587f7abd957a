import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { set, useForm, type DefaultValues, type FieldErrors, type FieldValues, type Resolver, type UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { issueText } from '../i18n/validation';
import { useTexts, type Texts } from '../i18n/use-texts';

/** Checks by a schema; what it refuses is said in the page's language. */
function resolverOf<Typed extends FieldValues, Read>(schema: z.ZodType<Read, Typed>, texts: Texts): Resolver<Typed, unknown, Read> {
  return (values) => {
    const read = schema.safeParse(values);
    if (read.success) return { values: read.data, errors: {} };
    const errors: FieldErrors<Typed> = {};
    for (const issue of read.error.issues) set(errors, issue.path.join('.'), { type: 'refused', message: issueText(texts, issue) });
    return { values: {}, errors };
  };
}

/**
 * A form whose fields are checked when they are left and, once refused, at each change. Sent with a fault it sends nothing and
 * puts the focus on the first one.
 */
export function useZodForm<Typed extends FieldValues, Read>(
  schema: z.ZodType<Read, Typed>,
  defaultValues: DefaultValues<Typed>,
): UseFormReturn<Typed, unknown, Read> {
  const texts = useTexts();
  const resolver = useMemo(() => resolverOf(schema, texts), [schema, texts]);
  const form = useForm<Typed, unknown, Read>({ resolver, defaultValues, mode: 'onTouched' });
  const { trigger } = form;
  const refused = useRef(false);
  const isRefused = Object.keys(form.formState.errors).length > 0;
  useEffect(() => {
    refused.current = isRefused;
  }, [isRefused]);
  // What is refused already is said anew in another language, or by another schema.
  useEffect(() => {
    if (refused.current) void trigger();
  }, [resolver, trigger]);
  return form;
}

/** Enter that ends the composition of a word (Chinese, Japanese …) is no Enter of the form's. */
export function ignoreComposing(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
}
