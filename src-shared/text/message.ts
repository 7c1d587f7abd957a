import { z } from 'zod';
import { texts } from './texts';

type Texts = typeof texts;
type TextKey = keyof Texts;
type Uncounted<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** The name of a text, without the ending that its count chooses. */
export type MessageId = Uncounted<TextKey>;
type TextOf<I extends MessageId> = Texts[Extract<TextKey, I | `${I}_one` | `${I}_other`>];
type ParamOf<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}` ? Name | ParamOf<Rest> : never;
type ParamName<I extends MessageId> = ParamOf<TextOf<I>>;

/** A sentence of the core's: which one, and what stands in it. Whoever shows it puts it into words. */
export interface KeyedMessage {
  readonly id: MessageId;
  readonly params: Readonly<Record<string, Message | number>>;
}

/**
 * What the core says to a person. A plain string is shown as it is in every language: a name, a path, a command, or the
 * words of a program or driver that are not ours.
 */
export type Message = string | KeyedMessage;

const uncounted = (key: string): string => key.replace(/_(one|other)$/, '');
/** All names of texts, once each. */
export const messageIds: readonly MessageId[] = [...new Set(Object.keys(texts).map(uncounted))].filter(isMessageId);

/** Records of schema 11 and earlier name their texts `said.…`. */
const currentId = (id: unknown): unknown => (typeof id === 'string' ? id.replace(/^said\./, 'message.') : id);

export const KeyedMessage: z.ZodType<KeyedMessage> = z.object({
  id: z.preprocess(currentId, z.enum(messageIds)),
  params: z.record(z.string(), z.union([z.number(), z.lazy(() => Message)])),
});
export const Message: z.ZodType<Message> = z.union([z.string(), KeyedMessage]);

/** Whether there is a text of a name that was put together. */
export function isMessageId(id: string): id is MessageId {
  return Object.hasOwn(texts, id) || Object.hasOwn(texts, `${id}_other`);
}

/** The sentence `id`, with a value for each `{{name}}` in it. */
export function message<I extends MessageId>(
  id: I,
  ...[params]: [ParamName<I>] extends [never] ? [] : [params: Readonly<Record<ParamName<I>, Message | number>>]
): KeyedMessage {
  return { id, params: params ?? {} };
}

/** A parameter of such a name is a time (wall clock, ms), and is shown as one. */
export const isTime = (name: string): boolean => name.endsWith('AtMs');

/** A number as a sentence has it: never 5e-7, and no more digits of a fraction than anybody reads. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 1e21)) return String(value);
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 6, useGrouping: false }).format(value);
}

/** Whether an answer is a message: why there is no other. */
export function isKeyedMessage(value: unknown): value is KeyedMessage {
  return typeof value === 'object' && value !== null && 'id' in value && 'params' in value;
}

/** In English, as the terminal, the log and the exports have it. */
export function english(localized: Message): string {
  if (typeof localized === 'string') return localized;
  const { id, params } = localized;
  const all: Readonly<Record<string, string>> = texts;
  const text = all[id] ?? all[`${id}_${params['count'] === 1 ? 'one' : 'other'}`] ?? id;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = params[name];
    if (typeof value !== 'number') return value === undefined ? '' : english(value);
    return isTime(name) ? new Date(value).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }) : plainNumber(value);
  });
}

/** Whether `localized` is, or has in it, one of these sentences. */
export function containsMessage(localized: Message, ...ids: readonly MessageId[]): boolean {
  if (typeof localized === 'string') return false;
  return (
    ids.includes(localized.id) ||
    Object.values(localized.params).some((value) => typeof value !== 'number' && containsMessage(value, ...ids))
  );
}

/** An error whose words can be translated; its `message` is the English. */
export class MessageError extends Error {
  constructor(
    /** Changed only to leave out of it what nobody may be told. */
    public localized: Message,
    options?: { cause?: unknown },
  ) {
    super(english(localized), options);
    this.name = 'MessageError';
  }
}

/** What an error says: its keyed message where it has one, else its message as it is. */
export function messageOf(error: unknown): Message {
  if (error instanceof MessageError) return error.localized;
  return error instanceof Error ? error.message : String(error);
}
