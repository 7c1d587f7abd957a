import { AppError } from '@shared/contract/errors';
import type { CollectorSettings } from '@shared/model/collector';
import { checkParams, defaultsOf, ParamSpec, type ParamDeclaration } from '@shared/model/param';
import type { Reading } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';
import { message, type Message } from '@shared/text/message';
import type { z } from 'zod';
import type { Collector } from './collector';
import type { CollectorContext } from './collector-context';
import { whyRefused } from './setting-refusal';

/** One instance of a kind, as it was set. */
export interface CollectorInstance<S> {
  /** Names it for good; what a feed reads hangs on devices below it. */
  readonly id: string;
  readonly name: Message;
  readonly settings: S;
}

/** An instance under way: one source of readings, or several that share what they are read through. */
export interface CollectorSource<S> {
  readonly collectors: readonly Collector[];
  /** Takes over other settings while it runs. False, or left out = it has to be ended and made anew. */
  change?(settings: S): boolean;
}

/** What a test read: a person compares it with what the device shows. */
export interface TestReading extends Reading {
  /** As the device gave it: the registers, the text. Left out or empty = there is no other form. */
  readonly raw?: string;
  /** Why there is no value. */
  readonly why?: Message | null;
}

/** A kind of collector whatever its settings are: what they look like is checked where they come in. */
export interface CollectorKind {
  readonly id: string;
  readonly name: Message;
  readonly isFeed: boolean;
  readonly params: readonly ParamSpec[];
  readonly canTest: boolean;
  /**
   * Complete and checked: what the person set here, with the defaults, or what the settings of the whole say.
   * @throws {AppError} `invalid-input` by the first that is refused
   */
  settingsOf(given: CollectorSettings, settings: Settings): unknown;
  create(instance: CollectorInstance<unknown>, context: CollectorContext): CollectorSource<unknown>;
  test(instance: CollectorInstance<unknown>, context: CollectorContext, signal: AbortSignal): Promise<readonly TestReading[]>;
}

interface Parts<S> {
  readonly id: string;
  readonly name: Message;
  create(instance: CollectorInstance<S>, context: CollectorContext): CollectorSource<S>;
}

/** A source of this machine without settings, or with those of a section of the settings. */
export interface MachineKind<S> extends Parts<S> {
  readonly from: (settings: Settings) => S;
}

/** One with settings of its own. */
export interface SettableKind<S> extends Parts<S> {
  /** A person adds instances. Default: there is one, of this machine. */
  readonly isFeed?: boolean;
  /** How to ask for the settings, and each one's own bounds. */
  readonly params: readonly ParamDeclaration[];
  /** What they have to be together. */
  readonly schema: z.ZodType<S>;
  /** Reads once as the instance would, opening and closing all that it needs. */
  test?(instance: CollectorInstance<S>, context: CollectorContext, signal: AbortSignal): Promise<readonly TestReading[]>;
}

export function machineKind<S>({ id, name, from, create }: MachineKind<S>): CollectorKind {
  return {
    id,
    name,
    isFeed: false,
    params: [],
    canTest: false,
    settingsOf(given, settings) {
      const [unknown] = Object.keys(given);
      if (unknown !== undefined) throw refusal(unknown, message('message.param.unknown'), []);
      return from(settings);
    },
    create: create as CollectorKind['create'],
    test: () => Promise.reject(noTest(name)),
  };
}

export function settableKind<S>(kind: SettableKind<S>): CollectorKind {
  const { id, name, isFeed = false, schema, create } = kind;
  const params = kind.params.map((param) => ParamSpec.parse(param));
  return {
    id,
    name,
    isFeed,
    params,
    canTest: kind.test !== undefined,
    settingsOf(given) {
      const { values, refusals } = checkParams(params, { ...defaultsOf(params), ...given });
      const [refused] = Object.entries(refusals);
      if (values === null) throw refusal(refused?.[0] ?? '', refused?.[1] ?? '', params);
      const parsed = schema.safeParse(values);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw refusal(String(issue?.path[0] ?? ''), whyRefused(issue), params);
    },
    // Their settings are always those of settingsOf.
    create: create as CollectorKind['create'],
    test: (instance, context, signal) => kind.test?.(instance as CollectorInstance<S>, context, signal) ?? Promise.reject(noTest(name)),
  };
}

function refusal(param: string, why: Message, params: readonly ParamSpec[]): AppError {
  return new AppError(
    'invalid-input',
    message('message.collector.refused', { param: params.find(({ name }) => name === param)?.label ?? param, why }),
  );
}

const noTest = (kind: Message): AppError => new AppError('invalid-input', message('message.collector.noTest', { kind }));
