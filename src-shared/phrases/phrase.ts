import { z } from 'zod';
import { texts } from './texts';

type Texts = typeof texts;
type TextKey = keyof Texts;
type Uncounted<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** The name of a text, without the ending that its count chooses. */
export type PhraseId = Uncounted<TextKey>;
type TextOf<I extends PhraseId> = Texts[Extract<TextKey, I | `${I}_one` | `${I}_other`>];
type ParamOf<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}` ? Name | ParamOf<Rest> : never;
type ParamName<I extends PhraseId> = ParamOf<TextOf<I>>;

/** A sentence of the core's: which one, and what stands in it. Whoever shows it puts it into words. */
export interface Phrase {
  readonly id: PhraseId;
  readonly params: Readonly<Record<string, Said | number>>;
}

/**
 * What the core says to a person. A plain string is shown as it is in every language: a name, a path, a command, or the
 * words of a program or driver that are not ours.
 */
export type Said = string | Phrase;

const uncounted = (key: string): string => key.replace(/_(one|other)$/, '');
/** All names of texts, once each. */
export const phraseIds: readonly PhraseId[] = [...new Set(Object.keys(texts).map(uncounted))].filter(isPhraseId);

export const Phrase: z.ZodType<Phrase> = z.object({
  id: z.enum(phraseIds),
  params: z.record(z.string(), z.union([z.number(), z.lazy(() => Said)])),
});
export const Said: z.ZodType<Said> = z.union([z.string(), Phrase]);

/** Whether there is a text of a name that was put together. */
export function isPhraseId(id: string): id is PhraseId {
  return Object.hasOwn(texts, id) || Object.hasOwn(texts, `${id}_other`);
}

/** The sentence `id`, with a value for each `{{name}}` in it. */
export function phrase<I extends PhraseId>(
  id: I,
  ...[params]: [ParamName<I>] extends [never] ? [] : [params: Readonly<Record<ParamName<I>, Said | number>>]
): Phrase {
  return { id, params: params ?? {} };
}

/** A parameter of such a name is a time (wall clock, ms), and is shown as one. */
export const isTime = (name: string): boolean => name.endsWith('AtMs');

/** Whether an answer is a phrase: why there is no other. */
export function isPhrase(value: unknown): value is Phrase {
  return typeof value === 'object' && value !== null && 'id' in value && 'params' in value;
}

/** In English, as the terminal, the log and the exports have it. */
export function english(said: Said): string {
  if (typeof said === 'string') return said;
  const { id, params } = said;
  const all: Readonly<Record<string, string>> = texts;
  const text = all[id] ?? all[`${id}_${params['count'] === 1 ? 'one' : 'other'}`] ?? id;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = params[name];
    if (typeof value !== 'number') return value === undefined ? '' : english(value);
    return isTime(name) ? new Date(value).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }) : String(value);
  });
}

/** Whether `said` is, or has in it, one of these sentences. */
export function mentions(said: Said, ...ids: readonly PhraseId[]): boolean {
  if (typeof said === 'string') return false;
  return ids.includes(said.id) || Object.values(said.params).some((value) => typeof value !== 'number' && mentions(value, ...ids));
}

/** An error whose words can be translated; its `message` is the English. */
export class SaidError extends Error {
  constructor(
    readonly said: Said,
    options?: { cause?: unknown },
  ) {
    super(english(said), options);
    this.name = 'SaidError';
  }
}

/** What an error says: its phrase where it has one, else its message as it is. */
export function saidBy(error: unknown): Said {
  if (error instanceof SaidError) return error.said;
  return error instanceof Error ? error.message : String(error);
}
