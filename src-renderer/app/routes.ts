import { assertNever } from '@shared/base/assert-never';
import { deviceHash, historyHash, settingsHash, settingsSections, type SettingsSection } from '../ui/links';

export const pages = ['room', 'training', 'history', 'processes', 'settings', 'doctor'] as const;
export type PageId = (typeof pages)[number];

export type Route =
  | { readonly page: 'room' }
  | { readonly page: 'training' }
  | { readonly page: 'run'; readonly runId: string }
  /** A device or a node by its id in the tree. */
  | { readonly page: 'device'; readonly device: string }
  /** `view` = what a shared link says to show, as it stands in the address. */
  | { readonly page: 'history'; readonly view: string | null }
  /** `view` = which processes, as it stands in the address. */
  | { readonly page: 'processes'; readonly view: string | null }
  | { readonly page: 'settings'; readonly section: SettingsSection }
  | { readonly page: 'doctor' }
  | { readonly page: 'unknown'; readonly hash: string };

/** What an address behind # means; an empty one is the room. */
export function parseRoute(hash: string): Route {
  const view = /^#\/history\?(.+)$/.exec(hash)?.[1];
  if (view !== undefined) return { page: 'history', view };
  const ofProcesses = /^#\/processes\?(.+)$/.exec(hash)?.[1];
  if (ofProcesses !== undefined) return { page: 'processes', view: ofProcesses };
  const path = hash.replace(/^#\/?/, '').replace(/\/$/, '');
  if (path === '' || path === 'room') return { page: 'room' };
  const [first, second, ...rest] = path.split('/');
  if (rest.length === 0 && first === 'training' && second !== undefined) {
    const runId = decode(second, 40);
    return runId === null ? { page: 'unknown', hash } : { page: 'run', runId };
  }
  if (rest.length === 0 && first === 'device' && second !== undefined) {
    const device = decode(second, 120);
    return device === null ? { page: 'unknown', hash } : { page: 'device', device };
  }
  if (second === undefined && (first === 'history' || first === 'processes')) return { page: first, view: null };
  if (first === 'settings' && rest.length === 0) {
    const section = settingsSections.find((name) => name === (second ?? 'general'));
    return section === undefined ? { page: 'unknown', hash } : { page: 'settings', section };
  }
  if (second === undefined && (first === 'training' || first === 'doctor')) return { page: first };
  return { page: 'unknown', hash };
}

export function hashOf(route: Exclude<Route, { page: 'unknown' }>): string {
  switch (route.page) {
    case 'room':
      return '#/';
    case 'run':
      return `#/training/${encodeURIComponent(route.runId)}`;
    case 'device':
      return deviceHash(route.device);
    case 'history':
      return route.view === null ? '#/history' : historyHash(route.view);
    case 'processes':
      return route.view === null ? '#/processes' : `#/processes?${route.view}`;
    case 'settings':
      return settingsHash(route.section);
    case 'training':
    case 'doctor':
      return `#/${route.page}`;
    default:
      return assertNever(route);
  }
}

/** The page of the navigation that a route belongs to. */
export function pageOf(route: Route): PageId | null {
  if (route.page === 'unknown') return null;
  if (route.page === 'device') return 'room';
  return route.page === 'run' ? 'training' : route.page;
}

function decode(text: string, longest: number): string | null {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.length > 0 && decoded.length <= longest ? decoded : null;
  } catch {
    return null;
  }
}

/** A page of the navigation as it opens by itself. */
export function pageRoute(page: PageId): Exclude<Route, { page: 'unknown' }> {
  if (page === 'settings') return { page, section: 'general' };
  return page === 'history' || page === 'processes' ? { page, view: null } : { page };
}
