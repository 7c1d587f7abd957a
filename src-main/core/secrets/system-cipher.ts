import { z } from 'zod';
import { message, MessageError, messageOf } from '@shared/text/message';
import type { KeeperState, SecretCipher, SystemKeyStore } from './cipher';

const Sealed = z.object({ id: z.string(), value: z.string() });

/** Encrypts with the key that the operating system keeps for this user: Keychain, DPAPI, Secret Service or KWallet. */
export class SystemCipher implements SecretCipher {
  readonly keeper = 'system';

  constructor(private readonly store: SystemKeyStore) {}

  async state(): Promise<KeeperState> {
    try {
      return { isReady: true, detail: message('message.secrets.system', { store: await this.store.probe() }), caution: null };
    } catch (error) {
      return { isReady: false, why: messageOf(error), repair: message('message.secrets.systemRepair') };
    }
  }

  seal(id: string, value: string): Promise<string> {
    return this.store.encrypt(JSON.stringify({ id, value }));
  }

  async open(id: string, sealed: string): Promise<string> {
    const read = Sealed.safeParse(parsed(await this.store.decrypt(sealed)));
    if (!read.success || read.data.id !== id) throw new MessageError(message('message.secrets.damaged', { id }));
    return read.data.value;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
