import type { RpcClient } from '@shared/rpc/client';
import { openDesktopLink } from './desktop-link';
import { openHeadlessLink } from './headless-link';
import type { Link } from './link';
import { takeToken } from './token';

/** Whether this page is a window of the desktop (its preload brings a port) or a page served on loopback. */
function isDesktop(page: Window): boolean {
  return /\bElectron\//.test(page.navigator.userAgent);
}

/** Opens the link that suits where the page runs. */
export function openLink(client: RpcClient, page: Window): Link {
  if (isDesktop(page)) return openDesktopLink(client, page);
  const places = { location: page.location, history: page.history, storage: page.sessionStorage };
  let token = takeToken(places);
  const link = openHeadlessLink(client, {
    url: `${page.location.protocol === 'https:' ? 'wss' : 'ws'}://${page.location.host}/rpc`,
    token: () => token,
    openSocket: (url, protocols) => new WebSocket(url, protocols),
    reachable: () =>
      fetch(page.location.pathname, { method: 'HEAD', cache: 'no-store' }).then(
        () => true,
        () => false,
      ),
    now: Date.now,
  });
  // A new address pasted into the same tab changes only the part behind #.
  const onHash = (): void => {
    if (!page.location.hash.startsWith('#token=')) return;
    token = takeToken(places);
    link.retry();
  };
  page.addEventListener('hashchange', onHash);
  return {
    state: link.state,
    retry: () => link.retry(),
    dispose: () => {
      page.removeEventListener('hashchange', onHash);
      link.dispose();
    },
  };
}
