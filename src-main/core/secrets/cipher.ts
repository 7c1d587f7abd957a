import type { SecretKeeper } from '@shared/model/secret';
import type { Message } from '@shared/text/message';

/** Whether what keeps the key is there. */
export type KeeperState =
  /** `caution`: it works, and less is guarded by it than a person would expect; the command or step that mends that. */
  | { readonly isReady: true; readonly detail: Message; readonly caution: Message | null }
  | { readonly isReady: false; readonly why: Message; readonly repair: Message | null };

/** Encrypts with a key that lies apart from what it encrypts. */
export interface SecretCipher {
  readonly keeper: SecretKeeper;
  state(): Promise<KeeperState>;
  /** @returns base64. @throws {MessageError} */
  seal(id: string, value: string): Promise<string>;
  /** @throws {MessageError} also when it was sealed for another id or with another key */
  open(id: string, sealed: string): Promise<string>;
}

/** The operating system's store of keys, as the desktop reaches it; each call fails with the words of the desktop. */
export interface SystemKeyStore {
  /** @returns its name */
  probe(): Promise<string>;
  /** @returns base64 */
  encrypt(text: string): Promise<string>;
  decrypt(base64: string): Promise<string>;
}
