import { safeStorage } from 'electron';
import { message, MessageError, messageOf } from '@shared/text/message';
import type { CoreMessage, DesktopMessage } from '../hosts/desktop-protocol';

type Question = Extract<CoreMessage, { t: 'key-store' }>;

/** Asks the operating system's key store through Electron. Never rejects: why it cannot is a part of the answer. */
export async function askKeyStore({ id, action, text }: Question): Promise<Extract<DesktopMessage, { t: 'key-store-answer' }>> {
  try {
    return { t: 'key-store-answer', id, text: await answer(action, text), error: null };
  } catch (error) {
    return { t: 'key-store-answer', id, text: null, error: messageOf(error) };
  }
}

function answer(action: Question['action'], text: string): string | Promise<string> {
  const name = storeName();
  switch (action) {
    case 'probe':
      return name;
    case 'encrypt':
      return safeStorage.encryptString(text).toString('base64');
    case 'decrypt':
      return safeStorage.decryptString(Buffer.from(text, 'base64'));
  }
}

/** @throws {MessageError} where there is none that keeps a key */
function storeName(): string {
  // Without a key ring Electron on Linux has one fixed key for everybody: what it encrypts is as good as plain.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
    throw new MessageError(message('message.secrets.plainText'));
  if (!safeStorage.isEncryptionAvailable()) throw new MessageError(message('message.secrets.systemMissing'));
  if (process.platform === 'darwin') return 'Keychain';
  return process.platform === 'win32' ? 'DPAPI' : safeStorage.getSelectedStorageBackend();
}
