import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  constants,
  closeSync,
  copyFileSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, relative, isAbsolute } from 'node:path';
import { message, MessageError, messageOf, type Message } from '@shared/text/message';
import type { KeeperState, SecretCipher } from './cipher';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Names the key that sealed, so that another one is known as such. */
const KEY_NAME_BYTES = 8;

export interface KeyFileOptions {
  readonly path: string;
  /** What it is the key to lies in here; the doctor says so where the key lies there too. */
  readonly dataDir: string;
  readonly platform?: NodeJS.Platform;
}

/**
 * Encrypts with AES-256-GCM and a key from a file that only its owner may read. The file is made at the first use; one that
 * others may read is refused, since what it keeps is then no secret.
 */
export class KeyFileCipher implements SecretCipher {
  readonly keeper = 'key-file';

  constructor(private readonly options: KeyFileOptions) {}

  state(): Promise<KeeperState> {
    const { path, dataDir } = this.options;
    try {
      const isThere = this.read() !== null;
      const inside = relative(dataDir, path);
      if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside))
        return Promise.resolve({
          isReady: true,
          detail: message('message.secrets.keyBesideData', { path }),
          caution: message('message.secrets.keyBesideRepair'),
        });
      const detail = message(isThere ? 'message.secrets.keyFile' : 'message.secrets.keyFileLater', { path });
      return Promise.resolve({ isReady: true, detail, caution: null });
    } catch (error) {
      const repair = error instanceof KeyFileError ? error.repair : null;
      return Promise.resolve({ isReady: false, why: messageOf(error), repair });
    }
  }

  seal(id: string, value: string): Promise<string> {
    return settled(() => {
      const key = this.read() ?? this.create();
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([nameOf(key), iv, cipher.getAuthTag(), text]).toString('base64');
    });
  }

  open(id: string, sealed: string): Promise<string> {
    return settled(() => {
      const key = this.read();
      const bytes = Buffer.from(sealed, 'base64');
      if (key === null || !bytes.subarray(0, KEY_NAME_BYTES).equals(nameOf(key)))
        throw new MessageError(message('message.secrets.otherKey', { path: this.options.path }));
      const iv = bytes.subarray(KEY_NAME_BYTES, KEY_NAME_BYTES + IV_BYTES);
      const text = bytes.subarray(KEY_NAME_BYTES + IV_BYTES + TAG_BYTES);
      const tag = bytes.subarray(KEY_NAME_BYTES + IV_BYTES, KEY_NAME_BYTES + IV_BYTES + TAG_BYTES);
      const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(id)).setAuthTag(tag);
      try {
        return Buffer.concat([cipher.update(text), cipher.final()]).toString('utf8');
      } catch (error) {
        throw new MessageError(message('message.secrets.damaged', { id }), { cause: error });
      }
    });
  }

  /** @returns null where there is no file yet. @throws {KeyFileError} */
  private read(): Buffer | null {
    const { path, platform = process.platform } = this.options;
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new KeyFileError(message('message.secrets.keyUnreadable', { path, why: messageOf(error) }), null);
    }
    try {
      const { mode, uid } = fstatSync(file);
      // Windows keeps the profile's folders for their user by access lists, which a mode does not show.
      if (platform !== 'win32' && (mode & 0o077) !== 0)
        throw new KeyFileError(message('message.secrets.keyOpen', { path }), `chmod 600 '${path}'`);
      const own = process.getuid?.();
      if (own !== undefined && uid !== own && uid !== 0)
        throw new KeyFileError(message('message.secrets.keyForeign', { path }), `sudo chown ${own} '${path}'`);
      const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
      if (key.length !== KEY_BYTES) throw new KeyFileError(message('message.secrets.keyBroken', { path }), null);
      return key;
    } finally {
      closeSync(file);
    }
  }

  /** Whole under its name or not there: half a key would be refused for ever. */
  private create(): Buffer {
    const { path } = this.options;
    const key = randomBytes(KEY_BYTES);
    const part = `${path}.${randomBytes(6).toString('hex')}.part`;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      try {
        const file = openSync(part, 'wx', 0o600);
        try {
          writeFileSync(file, `${key.toString('base64')}\n`);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        giveName(part, path);
      } finally {
        rmSync(part, { force: true });
      }
    } catch (error) {
      // Another core has just made it.
      const there = (error as NodeJS.ErrnoException).code === 'EEXIST' ? this.read() : null;
      if (there !== null) return there;
      throw new KeyFileError(message('message.secrets.keyUnwritable', { path, why: messageOf(error) }), null);
    }
    return key;
  }
}

/** Unlike a rename it replaces none that another core has just made. @throws EEXIST */
function giveName(part: string, path: string): void {
  try {
    linkSync(part, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // A file system without links (FAT, some network folders).
    copyFileSync(part, path, constants.COPYFILE_EXCL);
  }
}

/** Why the key cannot be had, and the command that mends it. */
class KeyFileError extends MessageError {
  constructor(
    localized: Message,
    readonly repair: string | null,
  ) {
    super(localized);
  }
}

const nameOf = (key: Buffer): Buffer => createHash('sha256').update('coldaisle key').update(key).digest().subarray(0, KEY_NAME_BYTES);

const settled = async <T>(work: () => T): Promise<T> => work();
