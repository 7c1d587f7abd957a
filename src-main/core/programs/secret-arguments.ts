import { AppError } from '@shared/contract/errors';
import type { SecretArgument } from '@shared/model/launch';
import type { Program } from '@shared/model/program';
import { MASK } from '@shared/model/secret-name';
import { message } from '@shared/text/message';
import { maskArguments } from '../processes/mask-command';
import type { SecretVault } from '../secrets/vault';
import { isProgramSecret, programSecretId } from './secret-env';

/** A program as it is kept and shown, and where the secrets of its command are. */
export interface HiddenProgram {
  readonly program: Program;
  readonly secretArguments: SecretArgument[];
}

/**
 * Puts the secrets that stand in a command into the vault; a mask stands for each. One that was typed as a mask is that of the run
 * which this one repeats, wherever its word stands now.
 * @param kept of that run
 * @throws AppError `invalid-input` for a mask with nothing behind it, and what the vault refuses
 */
export async function hideArguments(
  { command, args, cwd }: Program,
  kept: readonly SecretArgument[],
  vault: Pick<SecretVault, 'set'>,
): Promise<HiddenProgram> {
  const words = [command, ...args];
  const found = new Map<number, string[]>();
  const masked = maskArguments(words, (secret, at) => {
    found.set(at, [...(found.get(at) ?? []), secret]);
    return MASK;
  });
  // A word that has a mask of its own beside its secrets could not be put together again.
  const shown = masked.map((word, at) => (word.split(MASK).length - 1 === (found.get(at)?.length ?? 0) || !found.has(at) ? word : MASK));
  const left = [...kept];
  const secretArguments: SecretArgument[] = [];
  for (const [at, parts] of [...found].sort(([a], [b]) => a - b)) {
    const [word = '', after = ''] = [shown[at], shown[at - 1]];
    const values = word === masked[at] ? parts : [words[at] ?? ''];
    // A mask alone says nothing of itself: it is known by the flag before it.
    const isSame = (one: SecretArgument): boolean => one.shown === word && (word !== MASK || one.after === after);
    const known = left.findIndex((one) => isSame(one) && one.secrets.length === values.length);
    const ids = values.includes(MASK) && known >= 0 ? (left.splice(known, 1)[0]?.secrets ?? []) : [];
    const secrets: string[] = [];
    for (const [i, value] of values.entries()) {
      const id = value === MASK ? ids[i] : programSecretId(`argument-${at}`);
      if (id === undefined || !isProgramSecret(id))
        throw new AppError(
          'invalid-input',
          message('message.program.maskedArgument', { argument: word === MASK && after !== '' ? after : word }),
        );
      if (value !== MASK) await vault.set(id, value);
      secrets.push(id);
    }
    secretArguments.push({ at, shown: word, after, secrets });
  }
  const [shownCommand = command, ...shownArgs] = shown;
  return { program: { command: shownCommand, args: shownArgs, cwd }, secretArguments };
}

/** The command with its secrets. @throws AppError what the vault refuses */
export async function openArguments(
  { command, args, cwd }: Program,
  hidden: readonly SecretArgument[],
  vault: Pick<SecretVault, 'use'>,
): Promise<Program> {
  const words = [command, ...args];
  for (const { at, shown, secrets } of hidden) {
    const values = await Promise.all(secrets.map((id) => vault.use(id, (value) => value)));
    words[at] = shown
      .split(MASK)
      .map((part, i) => `${part}${values[i] ?? ''}`)
      .join('');
  }
  const [opened = command, ...rest] = words;
  return { command: opened, args: rest, cwd };
}
