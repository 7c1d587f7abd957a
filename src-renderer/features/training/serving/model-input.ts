import type { Served, ServedTensor } from '@shared/model/serving';

/** What a model takes, as far as a picture can be it: its sizes in pixels, and 1 channel (grey) or 3. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** As the model takes one: nested lists of these sizes. */
  readonly shape: readonly number[];
}

/** Sides of a picture that is given as one list of its pixels. */
const FLAT_SIDES = [8, 96] as const;

/** The picture that an input can be: height × width (× 1 or 3), or a square's pixels in one list. Null = it is none. */
export function pictureOf({ shape, type }: ServedTensor): PictureSize | null {
  const row = shape.slice(1);
  if (type !== 'float32' || row.some((size) => size === null)) return null;
  const sizes = row as number[];
  const [height = 0, width = 0, channels = 1] = sizes;
  if (sizes.length === 1) {
    const side = Math.sqrt(height);
    return Number.isInteger(side) && side >= FLAT_SIDES[0] && side <= FLAT_SIDES[1]
      ? { height: side, width: side, channels: 1, shape: sizes }
      : null;
  }
  if (sizes.length === 2) return height > 1 && width > 1 ? { height, width, channels: 1, shape: sizes } : null;
  return sizes.length === 3 && (channels === 1 || channels === 3) ? { height, width, channels, shape: sizes } : null;
}

/** The ways in which a person can ask a model. */
export const tryWays = ['draw', 'picture', 'numbers'] as const;
export type TryWay = (typeof tryWays)[number];

const DRAWN = 28;

/** Those that fit what the model takes; numbers always do. */
export function waysOf({ inputs }: Pick<Served, 'inputs'>): readonly TryWay[] {
  const [input] = inputs;
  const picture = inputs.length === 1 && input !== undefined ? pictureOf(input) : null;
  if (picture === null) return ['numbers'];
  const isDigit = picture.height === DRAWN && picture.width === DRAWN && picture.channels === 1;
  return isDigit ? tryWays : ['picture', 'numbers'];
}

/** Numbers row after row as nested lists of these sizes. */
export function nested(values: ArrayLike<number>, shape: readonly number[]): unknown {
  const [size = 0, ...inner] = shape;
  if (inner.length === 0) return Array.from({ length: size }, (_, i) => Math.round((values[i] ?? NaN) * 10_000) / 10_000);
  const step = inner.reduce((product, each) => product * each, 1);
  return Array.from({ length: size }, (_, i) => nested(Array.prototype.slice.call(values, i * step, (i + 1) * step) as number[], inner));
}

/** What a person typed as numbers: one row as a JSON list or with commas, a JSON list of rows, or a whole body. Null = none of these. */
export function bodyOf(text: string): string | null {
  const typed = text.trim();
  try {
    const value: unknown = JSON.parse(/^[[{]/.test(typed) ? typed : `[${typed}]`);
    if (Array.isArray(value)) {
      if (value.length === 0) return null;
      const isRows = Array.isArray(value[0]) || typeof value[0] === 'object';
      return JSON.stringify({ instances: isRows ? value : [value] });
    }
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : null;
  } catch {
    return null;
  }
}

/** What an answer says of its first row. */
export type ModelAnswer =
  | { readonly kind: 'scores'; readonly scores: readonly number[] }
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'other'; readonly text: string }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };

/** Longest answer that is shown as it is, characters. */
const SHOWN = 4_000;

/** Reads what a server answered; an answer with `NaN` in it, which JSON does not have, is shown as it is. */
export function readAnswer(status: number, body: string, task: Served['task']): ModelAnswer {
  const value = parsed(body);
  if (status !== 200) return { kind: 'refused', status, why: typeof value['error'] === 'string' ? value['error'] : body.slice(0, SHOWN) };
  const rows = value['predictions'] ?? value['outputs'];
  const row: unknown = Array.isArray(rows) && rows.length === 1 ? rows[0] : undefined;
  if (Array.isArray(row) && row.every((each) => typeof each === 'number')) {
    const [only] = row;
    // One probability alone is that of the second of two classes.
    if (row.length === 1 && only !== undefined && task === 'classify') return { kind: 'scores', scores: [1 - only, only] };
    if (row.length === 1 && only !== undefined) return { kind: 'value', value: only };
    if (task === 'classify') return { kind: 'scores', scores: row };
  }
  if (typeof row === 'number') return { kind: 'value', value: row };
  return { kind: 'other', text: body.slice(0, SHOWN) };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A request that anybody can send from a terminal. */
export function curlOf({ address, name, inputs, hasToken }: Served): string {
  const row = (shape: readonly (number | null)[]): string => {
    const [size, ...inner] = shape;
    if (size === undefined) return '0.5';
    return `[${inner.length === 0 ? '0.5' : row(inner)}${size === 1 ? '' : ', …'}]`;
  };
  const instance =
    inputs.length === 1
      ? row(inputs[0]?.shape.slice(1) ?? [])
      : `{${inputs.map((each) => `"${each.name}": ${row(each.shape.slice(1))}`).join(', ')}}`;
  const token = hasToken ? ` -H "Authorization: Bearer $TOKEN"` : '';
  return `curl${token} -d '{"instances": [${instance}]}' ${address}/v1/models/${encodeURIComponent(name)}:predict`;
}
