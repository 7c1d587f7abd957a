import { english, Message } from '@shared/text/message';
import { z } from 'zod';

/** A schema's complaint about one setting; its words are shown in the language of whoever reads them. */
export function refuseSetting(context: z.RefinementCtx, setting: string, why: Message): void {
  context.addIssue({ code: 'custom', path: [setting], message: english(why), params: { why } });
}

/** A check of one text, with its complaint. */
export const textThat = (isRight: (text: string) => boolean, why: Message): z.ZodString =>
  z.string().refine(isRight, { error: english(why), params: { why } });

/** What a complaint says. */
export function whyRefused(issue: z.core.$ZodIssue | undefined): Message {
  const why = issue?.code === 'custom' ? Message.safeParse(issue.params?.['why']) : null;
  return why?.success === true ? why.data : (issue?.message ?? '');
}
