import { AppError } from '@shared/contract/errors';
import type { CollectorSettings } from '@shared/model/collector';
import { message, type Message } from '@shared/text/message';
import type { SecretVault } from '../secrets/vault';
import type { CollectorKind } from './collector-kind';

/** What a person typed for parameters that are secrets, by parameter. */
export type TypedSecrets = Readonly<Record<string, string>>;

/** A source that uses a secret, and for what. */
export interface SecretUse {
  readonly source: string;
  readonly name: Message;
  readonly param: Message;
}

interface User {
  readonly id: string;
  readonly name: Message;
  readonly kind: Pick<CollectorKind, 'params'>;
  readonly settings: CollectorSettings;
}

/** A source's own secret for a parameter; one that a person named may be used by several. */
export const ownSecret = (source: string, param: string): string => `sources/${source}/${param}`;

/**
 * The settings with the id of each secret that was typed, in the place of the secret.
 * @throws {AppError} `invalid-input` for a parameter that takes none: its value would be stored and shown
 */
export function withSecretIds(
  kind: Pick<CollectorKind, 'params'>,
  source: string,
  settings: CollectorSettings,
  typed: TypedSecrets,
): CollectorSettings {
  const ids = Object.keys(typed).map((param) => {
    const spec = kind.params.find(({ name }) => name === param);
    if (spec?.type !== 'secret')
      throw new AppError('invalid-input', message('message.collector.noSecret', { param: spec?.label ?? param }));
    return [param, ownSecret(source, param)] as const;
  });
  return { ...settings, ...Object.fromEntries(ids) };
}

/** Keeps what was typed. What fails half-way leaves none that was not there. @returns the way back */
export async function keepSecrets(
  vault: Pick<SecretVault, 'set' | 'remove' | 'list'>,
  source: string,
  typed: TypedSecrets,
): Promise<() => Promise<void>> {
  if (Object.keys(typed).length === 0) return () => Promise.resolve();
  const before = new Set((await vault.list()).map(({ id }) => id));
  const made: string[] = [];
  const undo = async (): Promise<void> => {
    for (const id of made.splice(0)) await vault.remove(id);
  };
  try {
    for (const [param, value] of Object.entries(typed)) {
      const id = ownSecret(source, param);
      await vault.set(id, value);
      if (!before.has(id)) made.push(id);
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

/** Which sources use which secret, by its id. */
export function secretUses(users: Iterable<User>): Map<string, SecretUse[]> {
  const uses = new Map<string, SecretUse[]>();
  for (const { id, name, kind, settings } of users)
    for (const spec of kind.params) {
      const secret = settings[spec.name];
      if (spec.type !== 'secret' || typeof secret !== 'string') continue;
      uses.set(secret, [...(uses.get(secret) ?? []), { source: id, name, param: spec.label }]);
    }
  return uses;
}

/** A source's own secrets that nothing uses (any more) go. */
export async function dropUnused(
  vault: Pick<SecretVault, 'remove' | 'list'>,
  source: string,
  params: CollectorKind['params'],
  uses: ReadonlyMap<string, readonly SecretUse[]>,
): Promise<void> {
  const own = params.filter(({ type }) => type === 'secret').map(({ name }) => ownSecret(source, name));
  if (own.length === 0) return;
  for (const { id } of await vault.list()) if (own.includes(id) && !uses.has(id)) await vault.remove(id);
}
