import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A script or a style of the built window. */
export interface Chunk {
  /** Of its file, without the digest. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

interface WindowBundle {
  /** By file name. */
  readonly chunks: ReadonlyMap<string, Chunk>;
  /** What is fetched before any page is. */
  readonly start: readonly Chunk[];
  /** What each page needs beyond the start, in the order of its size. */
  readonly pages: readonly { readonly name: string; readonly own: readonly Chunk[] }[];
}

/** What the bundler writes: `import … from"./x.js"`, and `import"./x.js"` for what only has to run. */
const STATIC = /(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g;
/** What has to be there before a chunk that is fetched later, its styles among it: the list beside each `import("./x.js")`. */
const LISTED = /["'](?:\.\/)?(?:assets\/)?([\w.-]+\.(?:js|css))["']/g;
const LINKED = /(?:src|href)="\.\/assets\/([^"]+\.(?:js|css))"/g;

const all = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map(([, file = '']) => file);

/** The graph of the built window's chunks, as its files tell it. */
export function readBundle(folder: string): WindowBundle {
  const assets = join(folder, 'assets');
  const chunks = new Map(
    readdirSync(assets)
      .filter((file) => /\.(?:js|css)$/.test(file))
      .map((file): [string, Chunk] => {
        const bytes = readFileSync(join(assets, file));
        const name = file.replace(/-[\w-]{8}(\.\w+)$/, '$1');
        return [file, { name, file, text: bytes.toString('utf8'), bytes: bytes.length, gzipBytes: gzipSync(bytes).length }];
      }),
  );
  const reached = (from: readonly string[]): Set<string> => {
    const seen = new Set<string>();
    const next = [...from];
    for (let file = next.pop(); file !== undefined; file = next.pop()) {
      const chunk = chunks.get(file);
      if (chunk === undefined || seen.has(file)) continue;
      seen.add(file);
      if (file.endsWith('.js')) next.push(...all(STATIC, chunk.text));
    }
    return seen;
  };
  const start = reached(all(LINKED, readFileSync(join(folder, 'index.html'), 'utf8')));
  const entry = [...start].find((file) => /^index-.*\.js$/.test(file));
  if (entry === undefined) throw new Error('index.html names no entry');
  const text = chunks.get(entry)?.text ?? '';
  const lists = listsOf(text);
  const pages = [...chunks.keys()]
    .filter((file) => /Page-[\w-]+\.js$/.test(file) && !start.has(file))
    .map((file) => {
      const own = reached([file, ...(lists.find((list) => list.includes(file)) ?? [])]);
      return { name: (chunks.get(file)?.name ?? file).replace('.js', ''), own: [...own].filter((one) => !start.has(one)) };
    });
  const of = (files: Iterable<string>): Chunk[] => [...files].flatMap((file) => chunks.get(file) ?? []);
  return {
    chunks,
    start: of(start),
    pages: pages.map(({ name, own }) => ({ name, own: of(own) })).sort((a, b) => sum(b.own) - sum(a.own)),
  };
}

const sum = (chunks: readonly Chunk[]): number => chunks.reduce((total, { bytes }) => total + bytes, 0);

/** The lists of files by which the entry fetches each page: one list of names, and for each page the places in it. */
function listsOf(entry: string): string[][] {
  const names = all(LISTED, /__vite__mapDeps[^;]*?\[((?:["'][^"']+["'],?)+)\]/.exec(entry)?.[1] ?? '');
  return [...entry.matchAll(/__vite__mapDeps\(\[([\d,]*)\]\)/g)].map(([, places = '']) =>
    places.split(',').map((place) => names[Number(place)] ?? ''),
  );
}
