import { MessageError, type Message } from '@shared/text/message';
import type { SystemKeyStore } from '../core/secrets/cipher';
import type { CoreMessage, DesktopMessage } from './desktop-protocol';

type Action = Extract<CoreMessage, { t: 'key-store' }>['action'];
type Answer = Extract<DesktopMessage, { t: 'key-store-answer' }>;

/** The key store of the operating system, which only the desktop's process reaches. */
export class DesktopKeys implements SystemKeyStore {
  private readonly waiting = new Map<number, { done(text: string): void; fail(why: Message): void }>();
  private lastId = 0;

  constructor(private readonly post: (message: CoreMessage) => void) {}

  readonly probe = (): Promise<string> => this.ask('probe', '');
  readonly encrypt = (text: string): Promise<string> => this.ask('encrypt', text);
  readonly decrypt = (base64: string): Promise<string> => this.ask('decrypt', base64);

  receive({ id, text, error }: Answer): void {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (text === null) asked?.fail(error ?? '');
    else asked?.done(text);
  }

  private ask(action: Action, text: string): Promise<string> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((done, reject) => {
      this.waiting.set(id, { done, fail: (why) => reject(new MessageError(why)) });
      this.post({ t: 'key-store', id, action, text });
    });
  }
}
