import { assertNever } from '@shared/base/assert-never';

export const pages = ['room', 'training', 'history', 'settings', 'doctor'] as const;
export type PageId = (typeof pages)[number];

export type Route =
  | { readonly page: 'room' }
  | { readonly page: 'training' }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'history' }
  | { readonly page: 'settings' }
  | { readonly page: 'doctor' }
  | { readonly page: 'unknown'; readonly hash: string };

/** What an address behind # means; an empty one is the room. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#\/?/, '').replace(/\/$/, '');
  if (path === '' || path === 'room') return { page: 'room' };
  const [first, second, ...rest] = path.split('/');
  if (rest.length === 0 && first === 'training' && second !== undefined) {
    const runId = decode(second);
    return runId === null ? { page: 'unknown', hash } : { page: 'run', runId };
  }
  if (second === undefined && (first === 'training' || first === 'history' || first === 'settings' || first === 'doctor')) return { page: first };
  return { page: 'unknown', hash };
}

export function hashOf(route: Exclude<Route, { page: 'unknown' }>): string {
  switch (route.page) {
    case 'room':
      return '#/';
    case 'run':
      return `#/training/${encodeURIComponent(route.runId)}`;
    case 'training':
    case 'history':
    case 'settings':
    case 'doctor':
      return `#/${route.page}`;
    default:
      return assertNever(route);
  }
}

/** The page of the navigation that a route belongs to. */
export function pageOf(route: Route): PageId | null {
  if (route.page === 'unknown') return null;
  return route.page === 'run' ? 'training' : route.page;
}

function decode(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.length > 0 && decoded.length <= 40 ? decoded : null;
  } catch {
    return null;
  }
}
