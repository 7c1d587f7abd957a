import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError, isAppError } from '@shared/contract/errors';
import type { Log } from '@shared/base/log';
import type { SecretRecord } from '@shared/model/secret';
import { english, message, messageOf } from '@shared/text/message';
import type { KeeperState, SecretCipher } from './cipher';
import type { Redactor } from './redactor';
import type { SealedFile, SealedSecret } from './sealed-file';

export interface SecretVaultOptions {
  readonly file: SealedFile;
  /** The first that is ready encrypts what is set; each opens what it has sealed. */
  readonly ciphers: readonly SecretCipher[];
  readonly redactor: Redactor;
  readonly log: Log;
  readonly wallMs?: () => number;
}

/** What uses credentials sees of them. */
export interface SecretSource {
  /**
   * Hands a secret to `work` for as long as that takes. Whoever keeps the value longer than a connection needs it has a
   * secret of its own to guard. What `work` fails with does not tell it.
   * @throws {AppError} `not-found`; `storage-failed` when it cannot be decrypted here
   */
  use<T>(id: string, work: (value: string) => T | Promise<T>): Promise<T>;
}

/** Where there are none. */
export const noSecrets: SecretSource = {
  use: (id) => Promise.reject(new AppError('not-found', message('message.secrets.none', { id }))),
};

/** The only place that sees a credential: encrypts it into a file, and decrypts it for who names it. */
export class SecretVault implements SecretSource {
  readonly #options: SecretVaultOptions;
  /** Only what could be opened. */
  readonly #values = new Map<string, string>();
  #sealed: ReadonlyMap<string, SealedSecret> = new Map();
  /** Why the file cannot be read; it is left as it is, and nothing is kept until somebody has looked at it. */
  readonly #fault: AppError | null = null;
  readonly #changed: Emitter<void>;
  /** One change after another. */
  #work: Promise<unknown>;

  constructor(options: SecretVaultOptions) {
    this.#options = options;
    this.#changed = new Emitter((error) => options.log('error', `a listener of the secrets failed: ${String(error)}`));
    try {
      this.#sealed = options.file.read();
    } catch (error) {
      if (!isAppError(error)) throw error;
      options.log('error', error.message);
      this.#fault = error;
    }
    // Begun at once, so that no log tells a value that some program prints; nobody waits for a store that asks the person.
    this.#work = this.#openAll().then(() => this.#changed.emit());
  }

  /** After one was set or removed, and once those of the file were opened. */
  onChange(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  /** @throws {AppError} `storage-failed` when the file of secrets cannot be read */
  async list(): Promise<SecretRecord[]> {
    await this.#opened();
    return [...this.#sealed]
      .map(([id, { setAtMs, keeper }]) => ({ id, setAtMs, keeper, isReadable: this.#values.has(id) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @throws {AppError} `storage-failed` where no cipher is ready; `storage-full` */
  set(id: string, value: string): Promise<void> {
    this.#options.redactor.add(id, value);
    return this.#queue(async () => {
      const { keeper, seal } = await this.#ready();
      const sealed = await seal(id, value);
      this.#store(new Map(this.#sealed).set(id, { setAtMs: (this.#options.wallMs ?? Date.now)(), keeper, sealed }));
      this.#values.set(id, value);
      this.#changed.emit();
    });
  }

  /** @throws {AppError} `not-found` */
  remove(id: string): Promise<void> {
    return this.#queue(() => {
      const left = new Map(this.#sealed);
      if (!left.delete(id)) throw new AppError('not-found', message('message.secrets.none', { id }));
      this.#store(left);
      this.#values.delete(id);
      this.#changed.emit();
    });
  }

  async use<T>(id: string, work: (value: string) => T | Promise<T>): Promise<T> {
    await this.#opened();
    const value = this.#values.get(id);
    if (value === undefined) {
      if (!this.#sealed.has(id)) throw new AppError('not-found', message('message.secrets.none', { id }));
      throw new AppError('storage-failed', message('message.secrets.locked', { id }));
    }
    try {
      return await work(value);
    } catch (error) {
      this.#options.redactor.redactError(error);
      throw error;
    }
  }

  /** These values for these ids, and what is kept for all others: to try what is not kept yet. */
  trying(typed: ReadonlyMap<string, string>): SecretSource {
    const { redactor } = this.#options;
    for (const [id, value] of typed) redactor.add(id, value);
    return {
      use: async (id, work) => {
        const value = typed.get(id);
        if (value === undefined) return this.use(id, work);
        try {
          return await work(value);
        } catch (error) {
          redactor.redactError(error);
          throw error;
        }
      },
    };
  }

  /** How the keepers of keys are, in the order in which they are asked. */
  keepers(): Promise<KeeperState[]> {
    return Promise.all(this.#options.ciphers.map((cipher) => cipher.state()));
  }

  /** What of it is shown by accident, in a log or an error, is its name. */
  toJSON(): string {
    return 'SecretVault';
  }

  async #ready(): Promise<Pick<SecretCipher, 'keeper' | 'seal'>> {
    const whys: string[] = [];
    for (const cipher of this.#options.ciphers) {
      const state = await cipher.state();
      if (state.isReady) return { keeper: cipher.keeper, seal: (id, value) => cipher.seal(id, value) };
      whys.push(english(state.why));
    }
    throw new AppError('storage-failed', message('message.secrets.noKeeper', { why: whys.join('; ') }));
  }

  #store(secrets: Map<string, SealedSecret>): void {
    this.#options.file.write(secrets);
    this.#sealed = secrets;
  }

  #queue(change: () => void | Promise<void>): Promise<void> {
    const done = this.#opened().then(change);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #opened(): Promise<void> {
    await this.#work;
    if (this.#fault !== null) throw this.#fault;
  }

  async #openAll(): Promise<void> {
    const { ciphers, redactor, log } = this.#options;
    for (const [id, { keeper, sealed }] of this.#sealed) {
      const cipher = ciphers.find((one) => one.keeper === keeper);
      try {
        if (!cipher) throw new AppError('storage-failed', message('message.secrets.systemElsewhere'));
        const value = await cipher.open(id, sealed);
        redactor.add(id, value);
        this.#values.set(id, value);
      } catch (error) {
        log('warn', english(message('message.secrets.notOpened', { id, why: messageOf(error) })));
      }
    }
  }
}
