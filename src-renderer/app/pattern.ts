/** How one part of an address is read and written. */
export interface PathParam<T extends string> {
  /** null = no such page; `undefined` is asked where the address ends before it. */
  readonly read: (text: string | undefined) => T | null;
  /** Meant where the address ends before it, and so left out of it. */
  readonly standard?: T;
}

export type PathParams = Readonly<Record<string, PathParam<string>>>;

/** The address of one kind of page: `/training/:runId`, and what its named parts may be. */
export interface Path<P extends PathParams> {
  readonly pattern: string;
  readonly params: P;
}

export type ParamValues<P extends PathParams> = { readonly [N in keyof P]: P[N] extends PathParam<infer T> ? T : never };

type NamesIn<S extends string> = S extends `${infer A}/${infer B}` ? NamesIn<A> | NamesIn<B> : S extends `:${infer N}` ? N : never;

/** A path whose parameters are those that its pattern names, which the compiler checks. */
export function path<const S extends string, P extends Readonly<Record<NamesIn<S>, PathParam<string>>>>(pattern: S, params: P): Path<P> {
  return { pattern, params };
}

/** Any text up to a length: an id. */
export function id(longest: number): PathParam<string> {
  return { read: (text) => (text !== undefined && text.length > 0 && text.length <= longest ? text : null) };
}

/** One of some words; the first is meant where the address has none. */
export function oneOf<const T extends string>(values: readonly [T, ...T[]]): PathParam<T> {
  return { read: (text) => (text === undefined ? values[0] : (values.find((value) => value === text) ?? null)), standard: values[0] };
}

/** The parameters of an address that follows this path; null where it does not. */
export function readPath<P extends PathParams>({ pattern, params }: Path<P>, address: string): ParamValues<P> | null {
  const wanted = partsOf(pattern);
  const given = partsOf(address);
  if (given.length > wanted.length) return null;
  const values: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at];
    if (!part.startsWith(':')) {
      if (text !== part) return null;
      continue;
    }
    const name = part.slice(1);
    const decoded = text === undefined ? undefined : decode(text);
    const value = decoded === null ? null : (params[name]?.read(decoded) ?? null);
    if (value === null) return null;
    values[name] = value;
  }
  return values as ParamValues<P>;
}

export function writePath<P extends PathParams>({ pattern, params }: Path<P>, values: ParamValues<P>): string {
  const named: Readonly<Record<string, string>> = values;
  const parts = partsOf(pattern).flatMap((part) => {
    if (!part.startsWith(':')) return [part];
    const name = part.slice(1);
    const value = named[name] ?? '';
    return value === params[name]?.standard ? [] : [encodeURIComponent(value)];
  });
  return `/${parts.join('/')}`;
}

const partsOf = (address: string): readonly string[] =>
  address
    .replace(/^\/|\/$/g, '')
    .split('/')
    .filter((part, at, all) => part !== '' || at < all.length - 1);

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
