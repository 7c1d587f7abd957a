import { useSyncExternalStore } from 'react';
import { parseAddress } from './paths';

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('hashchange', tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('hashchange', tell);
  };
}

const currentHash = (): string => window.location.hash;

/** The address behind #, drawn anew whenever it changes. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, currentHash, () => '');
}

/** Opens a page, as a link to it would. */
export function go(hash: string): void {
  window.location.hash = hash;
}

/**
 * Writes what the page shows into the address, without leaving the page. A `step` is one of the browser's way back; else the
 * address in force gives way. The browser tells of no address that a page writes itself, so this does.
 */
export function writeAddress(hash: string, step: boolean): void {
  if (hash === currentHash()) return;
  if (step) window.history.pushState(null, '', hash);
  else window.history.replaceState(window.history.state, '', hash);
  tell();
}

/** The address with one word of its view at another value; null leaves the word out. */
export function withViewParam(hash: string, name: string, value: string | null): string {
  const params = new URLSearchParams(viewPart(hash));
  if (value === null) params.delete(name);
  else params.set(name, value);
  const path = hash.split('?')[0] ?? '';
  return params.size === 0 ? path : `${path}?${params.toString()}`;
}

function viewPart(hash: string): string {
  const address = parseAddress(hash);
  return address.page === 'unknown' ? '' : (address.view ?? '');
}

/**
 * What of a page is shown, kept in its address (a run's tab): one of `values`, of which the first is meant where the address has
 * none. A reload and a shared link find it again; choosing is no step of the way back.
 */
export function useViewParam<const T extends string>(name: string, values: readonly [T, ...T[]]): readonly [T, (next: T) => void] {
  const given = new URLSearchParams(viewPart(useHash())).get(name);
  const choose = (next: T): void => writeAddress(withViewParam(currentHash(), name, next === values[0] ? null : next), false);
  return [values.find((value) => value === given) ?? values[0], choose];
}
