import { DisposableStore } from '@shared/base/disposable';
import type { RpcClient } from '@shared/rpc/client';
import { PROTOCOL } from '@shared/rpc/protocol';
import { Store } from '../data/store';
import type { Link, LinkState } from './link';
import { socketPort } from './ports';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export interface HeadlessParts {
  /** ws://127.0.0.1:PORT/rpc */
  readonly url: string;
  /** Asked for at each attempt; null = the page has none. */
  readonly token: () => string | null;
  readonly openSocket: (url: string, protocols: string[]) => WebSocket;
  /** True when the core's web server answers: a socket that it does not open then was refused, not lost. */
  readonly reachable: () => Promise<boolean>;
  readonly now: () => number;
}

/** A WebSocket on loopback with a token, opened anew with growing waits whenever it is lost. */
export function openHeadlessLink(client: RpcClient, parts: HeadlessParts): Link {
  const stops = new DisposableStore();
  const state = new Store<LinkState>({ kind: 'connecting' });
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let attempt = 0;
  stops.defer(() => {
    attempt += 1;
    if (timer !== null) clearTimeout(timer);
  });

  const later = (): void => {
    state.set({ kind: 'lost', retryAtMs: parts.now() + wait });
    timer = setTimeout(connect, wait);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  };

  const connect = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const token = parts.token();
    if (token === null) {
      state.set({ kind: 'no-token' });
      return;
    }
    attempt += 1;
    const own = attempt;
    if (state.get().kind !== 'lost') state.set({ kind: 'connecting' });
    const socket = parts.openSocket(parts.url, [PROTOCOL, `token.${token}`]);
    let opened = false;
    const onOpen = (): void => {
      opened = true;
      if (own !== attempt) {
        socket.close();
        return;
      }
      wait = FIRST_WAIT_MS;
      const port = socketPort(socket);
      port.onClose(() => {
        if (own === attempt && !stops.isDisposed) later();
      });
      client.attach(port);
      state.set({ kind: 'online' });
    };
    const onClose = (): void => {
      if (opened || own !== attempt) return;
      void parts.reachable().then((reachable) => {
        if (own !== attempt) return;
        if (reachable) state.set({ kind: 'refused' });
        else later();
      });
    };
    socket.addEventListener('open', onOpen, { once: true });
    socket.addEventListener('close', onClose, { once: true });
  };

  connect();
  return {
    state,
    retry: () => {
      wait = FIRST_WAIT_MS;
      connect();
    },
    dispose: () => stops.dispose(),
  };
}
