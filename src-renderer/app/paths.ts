import { id, oneOf, path, readPath, writePath, type ParamValues } from './pattern';

/** The pages below Settings. */
export const settingsSections = ['general', 'sources', 'secrets'] as const;
export type SettingsSection = (typeof settingsSections)[number];

/**
 * The address of every page, behind #. Any feature may link to any page by this file; what a page is besides stands in
 * app/pages.ts, which this does not import: a feature that links would else import itself.
 */
export const paths = {
  room: path('/', {}),
  training: path('/training', {}),
  run: path('/training/:runId', { runId: id(40) }),
  compare: path('/compare', {}),
  /** A device or a node by its id in the tree. */
  device: path('/device/:device', { device: id(120) }),
  data: path('/data', {}),
  history: path('/history', {}),
  processes: path('/processes', {}),
  energy: path('/energy', {}),
  cooling: path('/cooling', {}),
  settings: path('/settings/:section', { section: oneOf(settingsSections) }),
  doctor: path('/doctor', {}),
} as const;

export type PageId = keyof typeof paths;
export type ParamsOf<P extends PageId> = ParamValues<(typeof paths)[P]['params']>;

/** What an address shows: a page, its parameters, and what stands behind the question mark, which is the page's own to read. */
type Route = { readonly [P in PageId]: { readonly page: P; readonly params: ParamsOf<P>; readonly view: string | null } }[PageId];
export type Address = Route | { readonly page: 'unknown'; readonly hash: string };

/** Addresses of before that still stand in bookmarks. */
const formerly: Readonly<Record<string, string>> = { '/room': '/' };

/** What an address behind # means; an empty one is the room. */
export function parseAddress(hash: string): Address {
  const [typed = '', ...rest] = hash.replace(/^#/, '').split('?');
  const view = rest.length === 0 ? null : rest.join('?');
  const bare = `/${typed.replace(/^\/|\/$/g, '')}`;
  const address = formerly[bare] ?? bare;
  for (const page of Object.keys(paths) as PageId[]) {
    const params = readPath(paths[page], address);
    if (params !== null) return { page, params, view: view === '' ? null : view } as Route;
  }
  return { page: 'unknown', hash };
}

function hashOf<P extends PageId>(page: P, params: ParamsOf<P>, view: string | null = null): string {
  return `#${writePath(paths[page], params)}${view === null ? '' : `?${view}`}`;
}

/** The pages that open by themselves. */
type PlainPage = { [P in PageId]: Record<string, never> extends ParamsOf<P> ? P : never }[PageId];

/** A page that needs no word more. */
export const toPage = (page: PlainPage): string => hashOf(page, {});
/** A run's page; `view` = what of it is shown, as the page writes it (see useViewParam). */
export const toRun = (runId: string, view: string | null = null): string => hashOf('run', { runId }, view);
/** Several runs beside each other, as `writeCompare` (features/training/compare/address.ts) says it. */
export const toCompare = (view: string): string => hashOf('compare', {}, view);
/** The page of a device or a node. */
export const toDevice = (device: string): string => hashOf('device', { device });
/** History as `writeShare` (data/history-link.ts) says it. */
export const toHistory = (view: string): string => hashOf('history', {}, view);
/** Who uses this machine, or one GPU of it. */
export const toProcesses = (gpu: string | null = null): string =>
  hashOf('processes', {}, gpu === null ? null : `gpu=${encodeURIComponent(gpu)}`);
export const toSettings = (section: SettingsSection = 'general'): string => hashOf('settings', { section });
