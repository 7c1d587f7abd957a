import type { CoreOptions, CoreLog } from './options';
import { Unwind } from './unwind';

/** What a service is given beside the services that it needs. */
export interface ServiceContext {
  readonly options: CoreOptions;
  readonly log: CoreLog;
}

/**
 * The life of one service. What it registers is undone last-first, also when its own start, a later service's, or a begin
 * fails half-way.
 */
export interface ServiceLife extends ServiceContext {
  /** Runs when every service has started, in the order they started in: from here on a service may act by itself. */
  onBegin(begin: () => void | Promise<void>): void;
  /** Runs first at the close, in reverse order, while all that the service needs and all that needs it still answers: it ends what acts by itself. */
  onEnd(end: () => void | Promise<void>): void;
  /** Runs when all have ended, in reverse order: releases what the service holds. */
  onStop(stop: () => void | Promise<void>): void;
}

/** A service on the list of the core. */
export interface AnyService {
  readonly name: string;
  readonly needs: readonly AnyService[];
  start(needed: Readonly<Record<string, unknown>>, life: ServiceLife): unknown;
}

/** One whose name and interface the type check knows, so that others can need it. */
export interface Service<Name extends string, Api> extends AnyService {
  readonly name: Name;
  start(needed: Readonly<Record<string, unknown>>, life: ServiceLife): Api | Promise<Api>;
}

/** What others get of a service. */
export type ApiOf<S extends AnyService> = Awaited<ReturnType<S['start']>>;
/** The interfaces of these services, by their names. */
export type Needed<Needs extends readonly AnyService[]> = { readonly [S in Needs[number] as S['name']]: ApiOf<S> };

/**
 * Declares a service: what it needs is started before it and stopped after it, and is handed over by name. What two services
 * tell each other both ways goes one way as a need and the other way as a listener.
 */
export function defineService<Name extends string, const Needs extends readonly AnyService[], Api>(definition: {
  readonly name: Name;
  readonly needs: Needs;
  readonly start: (needed: Needed<Needs>, life: ServiceLife) => Api | Promise<Api>;
}): Service<Name, Api> {
  const { name, needs, start } = definition;
  // startServices hands over just what `needs` names.
  return { name, needs, start: (needed, life) => start(needed as Needed<Needs>, life) };
}

/** Services under way. */
export interface Running {
  /** In the order they started in. */
  readonly names: readonly string[];
  get<S extends AnyService>(service: S): ApiOf<S>;
  /** Ends, then stops all of them. Safe twice; both calls wait. Throws what failed, once all was tried. */
  close(): Promise<void>;
}

/**
 * Starts the services, each after those that it needs, then lets each begin. When one fails, those before it are ended and
 * stopped, and what it failed with is thrown.
 */
export async function startServices(list: readonly AnyService[], context: ServiceContext): Promise<Running> {
  const ordered = startOrder(list);
  const apis = new Map<string, unknown>();
  const begins: (() => void | Promise<void>)[] = [];
  const unwind = new Unwind(context.log);
  try {
    for (const { name, needs, start } of ordered) {
      const own = unwind.open(name);
      const life: ServiceLife = {
        ...context,
        onBegin: (begin) => void begins.push(begin),
        onEnd: (end) => void own.ends.push(end),
        onStop: (stop) => void own.stops.push(stop),
      };
      const needed = Object.fromEntries(needs.map((need) => [need.name, apis.get(need.name)]));
      apis.set(name, await start(needed, life));
    }
    for (const begin of begins) await begin();
  } catch (error) {
    // Why it could not start is what counts; what failed to stop is in the log.
    await unwind.run().catch(() => undefined);
    throw error;
  }
  return {
    names: ordered.map(({ name }) => name),
    get: <S extends AnyService>({ name }: S) => apis.get(name) as ApiOf<S>,
    close: () => unwind.run(),
  };
}

/**
 * Each service after those that it needs, else as they are listed. A service is found by its name, so that a list may hold
 * another one under it.
 * @throws {Error} for a name that is there twice, a need that is not on the list, and services that need each other in a circle
 */
export function startOrder(list: readonly AnyService[]): AnyService[] {
  const byName = new Map(list.map((service) => [service.name, service]));
  const twice = list.find((service) => byName.get(service.name) !== service);
  if (twice) throw new Error(`two services are called "${twice.name}"`);
  const ordered = new Set<AnyService>();
  const visit = (service: AnyService, path: readonly string[]): void => {
    if (ordered.has(service)) return;
    const way = [...path, service.name];
    if (path.includes(service.name))
      throw new Error(`services need each other in a circle: ${way.slice(path.indexOf(service.name)).join(' → ')}`);
    for (const { name } of service.needs) {
      const needed = byName.get(name);
      if (!needed) throw new Error(`the service "${service.name}" needs "${name}", which is not on the list`);
      visit(needed, way);
    }
    ordered.add(service);
  };
  for (const service of list) visit(service, []);
  return [...ordered];
}
