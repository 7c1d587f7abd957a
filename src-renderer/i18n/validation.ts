import type { z } from 'zod';
import { Message } from '@shared/text/message';
import { formatMessage } from './format-message';
import type { Texts } from './use-texts';

/** Why a typed value is refused: a key under `validation.` and the limit it names. */
export interface Refusal {
  readonly key: 'number' | 'integer' | 'min' | 'max' | 'above' | 'currency' | 'needed' | 'longest' | 'url' | 'other';
  readonly limit: number;
}

/** A schema's complaint in words that the catalogues have. */
export function refusalOf(issue: z.core.$ZodIssue): Refusal {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin !== 'number' && issue.origin !== 'int') return { key: 'needed', limit: 0 };
      return { key: issue.inclusive === false ? 'above' : 'min', limit: Number(issue.minimum) };
    case 'too_big':
      return { key: issue.origin === 'string' ? 'longest' : 'max', limit: Number(issue.maximum) };
    case 'invalid_type':
      if (issue.expected === 'int') return { key: 'integer', limit: 0 };
      return { key: issue.expected === 'number' ? 'number' : issue.expected === 'string' ? 'needed' : 'other', limit: 0 };
    case 'invalid_format':
      if (issue.format === 'url') return { key: 'url', limit: 0 };
      return { key: issue.path.at(-1) === 'currency' ? 'currency' : 'other', limit: 0 };
    default:
      return { key: 'other', limit: 0 };
  }
}

/** The same as a sentence; a check of our own brings its message along. */
export function issueText({ t, format }: Texts, issue: z.core.$ZodIssue): string {
  const why = issue.code === 'custom' ? Message.safeParse(issue.params?.['why']) : null;
  if (why?.success === true) return formatMessage(t, why.data);
  const { key, limit } = refusalOf(issue);
  return t(`validation.${key}`, { limit: format.plain(limit) });
}
