/** Where a value lies in a JSON document: names and places in lists, from the outside in. */
export type JsonPath = readonly (string | number)[];

/**
 * A path as it is written: `ENERGY.Power`, `data[0].w`, `$.em["total.power"]`, `params.em:0.a_act_power`; empty is the document.
 * @returns null for what is no path
 */
export function parseJsonPath(text: string): JsonPath | null {
  const path: (string | number)[] = [];
  let rest = text.replace(/^\$(?=$|[.[])/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  while (rest !== '') {
    const [all = '', name, place, quoted] = /^(?:\.([^.[\]"]+)|\[(\d{1,6})\]|\["((?:[^"\\]|\\["\\])*)"\])/.exec(rest) ?? [];
    if (all === '') return null;
    path.push(place !== undefined ? Number(place) : (name ?? (quoted ?? '').replace(/\\(["\\])/g, '$1')));
    rest = rest.slice(all.length);
  }
  return path;
}

/** What lies there; undefined = nothing does. */
export function atJsonPath(document: unknown, path: JsonPath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
