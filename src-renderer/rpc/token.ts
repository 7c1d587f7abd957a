const KEY = 'coldaisle.token';
/** What may stand in a WebSocket subprotocol and is long enough to be one of the core's. */
const TOKEN = /^[A-Za-z0-9_-]{16,256}$/;

/** The token in `#token=…`, or null. What stands behind an `&` is not part of it. */
export function tokenFromHash(hash: string): string | null {
  const found = /^#token=([^&]*)/.exec(hash)?.[1] ?? '';
  return TOKEN.test(found) ? found : null;
}

export interface TokenSources {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  /** Lives as long as the tab: a reload keeps it, another tab does not see it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
}

/** Takes the token out of the address, so that it is in no bookmark and no screenshot, and keeps it for this tab. */
export function takeToken({ location, history, storage }: TokenSources): string | null {
  if (location.hash.startsWith('#token=')) {
    const token = tokenFromHash(location.hash);
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    if (token !== null) storage.setItem(KEY, token);
    return token;
  }
  return storage.getItem(KEY);
}
