import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { message, messageOf, MessageError, type Message } from '@shared/text/message';

const LEAST_CHARACTERS = 16;
const OTHERS = 0o077;

/** The token that whoever asks has to show, and what to do once nothing is served any more. */
export interface ServingToken {
  readonly token: string;
  /** Takes the file away that was made for it. */
  release(): void;
}

/** The token in the first line of a file that its owner alone may read; one is made where there is no file. @throws MessageError */
export function openToken(path: string): ServingToken {
  const refuse = (why: Message): MessageError => new MessageError(message('message.serving.noToken', { path, why }));
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      const token = randomBytes(32).toString('base64url');
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, `${token}\n`, { flag: 'wx', mode: 0o600 });
      return { token, release: () => rmSync(path, { force: true }) };
    }
    if (process.platform !== 'win32' && (stats.mode & OTHERS) !== 0) throw refuse(message('message.serving.tokenOpen'));
    const token = (readFileSync(path, 'utf8').split('\n')[0] ?? '').trim();
    if (token.length < LEAST_CHARACTERS) throw refuse(message('message.serving.tokenShort'));
    return { token, release: () => undefined };
  } catch (error) {
    throw error instanceof MessageError ? error : refuse(messageOf(error));
  }
}

/** Whether a request shows the token as `Authorization: Bearer TOKEN`. Compares hashes, so that the time taken tells nothing of it. */
export function showsToken(header: string | undefined, token: string): boolean {
  const shown = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(shown), hash(token));
}
