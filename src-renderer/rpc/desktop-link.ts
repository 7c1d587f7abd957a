import { DisposableStore } from '@shared/base/disposable';
import { PORT_DELIVERY } from '@shared/rpc/page-port';
import type { RpcClient } from '@shared/rpc/client';
import { Store } from '../data/store';
import type { Link, LinkState } from './link';
import { messagePort } from './ports';

/**
 * In Electron the preload hands a port over as a window message, again after the core was restarted.
 * Only messages that this very window sent itself are taken.
 */
export function openDesktopLink(client: RpcClient, page: Window): Link {
  const stops = new DisposableStore();
  const state = new Store<LinkState>({ kind: 'connecting' });
  const onMessage = (event: MessageEvent<unknown>): void => {
    const channel = event.ports[0];
    if (event.source !== page || event.data !== PORT_DELIVERY || !channel) return;
    client.attach(messagePort(channel));
  };
  page.addEventListener('message', onMessage);
  stops.defer(() => page.removeEventListener('message', onMessage));
  stops.add(client.onConnected((connected) => state.set(connected ? { kind: 'online' } : { kind: 'lost', retryAtMs: null })));
  return { state, retry: () => undefined, dispose: () => stops.dispose() };
}
