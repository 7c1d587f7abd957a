import { randomUUID } from 'node:crypto';
import { AppError } from '@shared/contract/errors';
import type { RunLaunch } from '@shared/model/launch';
import { isSecretName, MASK } from '@shared/model/secret-name';
import { message } from '@shared/text/message';
import type { SecretVault } from '../secrets/vault';

/** What the secrets of programs are called, so that none of another use can be named for one. */
const PREFIX = 'env/';

/** A new one; `name`: what it is called there. */
export const programSecretId = (name: string): string => `${PREFIX}${randomUUID().slice(0, 13)}/${name.slice(0, NAME_IN_ID)}`;
/** Of a name as long as it may be, what its id has room for. */
const NAME_IN_ID = 40;

export const isProgramSecret = (id: string): boolean => id.startsWith(PREFIX);

type Env = Pick<RunLaunch, 'env' | 'secrets'>;

/**
 * Puts the values of variables whose names promise a secret into the vault; a mask stands for one that was put there before, for
 * the run that this one repeats.
 * @throws AppError `invalid-input` for a mask with nothing behind it, and what the vault refuses
 */
export async function hideSecrets({ env, secrets }: Env, vault: Pick<SecretVault, 'set'>): Promise<Env> {
  const hidden: { env: Record<string, string>; secrets: Record<string, string> } = { env: {}, secrets: {} };
  for (const [name, value] of Object.entries(env)) {
    if (!isSecretName(name) || value === '') {
      hidden.env[name] = value;
      continue;
    }
    const kept = secrets[name];
    if (value === MASK && (kept === undefined || !isProgramSecret(kept)))
      throw new AppError('invalid-input', message('message.program.masked', { name }));
    const id = value === MASK && kept !== undefined ? kept : programSecretId(name);
    if (value !== MASK) await vault.set(id, value);
    hidden.env[name] = MASK;
    hidden.secrets[name] = id;
  }
  return hidden;
}

/** The variables with their values. @throws AppError what the vault refuses */
export async function openSecrets({ env, secrets }: Env, vault: Pick<SecretVault, 'use'>): Promise<Record<string, string>> {
  const opened: Record<string, string> = { ...env };
  for (const [name, id] of Object.entries(secrets)) opened[name] = await vault.use(id, (value) => value);
  return opened;
}
