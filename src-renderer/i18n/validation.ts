import type { z } from 'zod';

/** Why a typed value is refused: a key under `validation.` and the limit it names. */
export interface Refusal {
  readonly key: 'number' | 'integer' | 'min' | 'max' | 'above' | 'currency';
  readonly limit: number;
}

/** A schema's complaint in words that the catalogues have. */
export function refusalOf(issue: z.core.$ZodIssue): Refusal {
  switch (issue.code) {
    case 'too_small':
      return { key: issue.inclusive === false ? 'above' : 'min', limit: Number(issue.minimum) };
    case 'too_big':
      return { key: 'max', limit: Number(issue.maximum) };
    case 'invalid_type':
      return { key: issue.expected === 'int' ? 'integer' : 'number', limit: 0 };
    case 'invalid_format':
      return { key: 'currency', limit: 0 };
    default:
      return { key: 'number', limit: 0 };
  }
}
