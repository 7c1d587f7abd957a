import type { FileContext, FileFormat, OpenFormat } from './file-format';
import { beginsAsWandb, LogBlockTaker } from './log-blocks';
import { BYTES, VARINT, Wire } from './wire';

/** wandb_internal.proto: of Record, of HistoryRecord, of RunRecord, of ConfigRecord, and of an item of any of them. */
const [HISTORY, CONFIG, RUN] = [2, 5, 17];
const [HISTORY_ITEM, HISTORY_STEP] = [1, 2];
const RUN_CONFIG = 4;
const CONFIG_UPDATE = 1;
const [KEY, NESTED_KEY, VALUE_JSON] = [1, 2, 16];

/** The field that says what kind of thing a value is. */
const MEDIA = '._type';
/** How deep a configuration is taken apart. */
const MAX_DEPTH = 8;

/** What W&B keeps of a run beside its server: `wandb/offline-run-…/run-ID.wandb`. */
export const wandbFiles: FileFormat = {
  id: 'wandb',
  matches: ({ name }) => name.endsWith('.wandb'),
  recognizes: beginsAsWandb,
  open: (context) => openWandbFile(context),
};

interface Item {
  readonly name: string;
  readonly json: string;
}

function openWandbFile(context: FileContext): OpenFormat {
  const blocks = new LogBlockTaker(context.label, (bytes) => readRecord(bytes, context), context.sink.notice);
  return Object.assign(blocks, { flush: () => undefined });
}

function readRecord(bytes: Buffer, context: FileContext): void {
  const wire = new Wire();
  wire.open(bytes, 0, bytes.length);
  while (wire.next()) {
    if (wire.is(HISTORY, BYTES)) readHistory(wire, context);
    else if (wire.is(CONFIG, BYTES)) readConfig(wire, context);
    else if (wire.is(RUN, BYTES)) {
      const outer = wire.enter();
      while (wire.next()) {
        if (wire.is(RUN_CONFIG, BYTES)) readConfig(wire, context);
        else wire.skip();
      }
      wire.leave(outer);
    } else wire.skip();
  }
}

/** One row: what was logged at one step, with `_step`, `_timestamp` and `_runtime` of W&B's own. */
function readHistory(wire: Wire, { prefix, sink }: FileContext): void {
  const outer = wire.enter();
  const items: Item[] = [];
  let step: number | null = null;
  let atMs: number | null = null;
  while (wire.next()) {
    if (wire.is(HISTORY_ITEM, BYTES)) items.push(itemOf(wire));
    else if (wire.is(HISTORY_STEP, BYTES)) {
      // A step of 0 is left out of its message.
      step = 0;
      const inner = wire.enter();
      while (wire.next()) {
        if (wire.is(1, VARINT)) step = wire.int64();
        else wire.skip();
      }
      wire.leave(inner);
    } else wire.skip();
  }
  wire.leave(outer);
  for (const { name, json } of items) {
    const value = Number(json);
    if (name === '_step') step = value;
    else if (name === '_timestamp' && value > 0) atMs = Math.round(value * 1000);
  }
  if (step !== null && !Number.isSafeInteger(step)) step = null;
  // Histograms, images and tables are taken apart into fields, some of which are numbers about them.
  const media = items
    .filter(({ name }) => name.endsWith(MEDIA))
    .map(({ name, json }) => [name.slice(0, 1 - MEDIA.length), parse(json)] as const);
  for (const [name, kind] of media) sink.other(prefix + name.slice(0, -1), String(kind));
  for (const { name, json } of items) {
    if (name === '' || name.startsWith('_') || media.some(([of]) => name.startsWith(of))) continue;
    const value = numberOf(json);
    if (value !== null) sink.scalar({ name: prefix + name, step, value, atMs });
    else sink.other(prefix + name, kindOf(json));
  }
}

function readConfig(wire: Wire, { prefix, sink }: FileContext): void {
  const outer = wire.enter();
  while (wire.next()) {
    if (!wire.is(CONFIG_UPDATE, BYTES)) {
      wire.skip();
      continue;
    }
    const { name, json } = itemOf(wire);
    if (name !== '' && !name.startsWith('_')) tell(prefix + name, parse(json), 0);
  }
  wire.leave(outer);

  function tell(name: string, value: unknown, depth: number): void {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') sink.parameter(name, value);
    else if (Array.isArray(value)) sink.parameter(name, JSON.stringify(value));
    else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH)
      for (const [key, inner] of Object.entries(value)) tell(`${name}.${key}`, inner, depth + 1);
  }
}

function itemOf(wire: Wire): Item {
  const outer = wire.enter();
  let key = '';
  const nested: string[] = [];
  let json = '';
  while (wire.next()) {
    if (wire.is(KEY, BYTES)) key = wire.text();
    else if (wire.is(NESTED_KEY, BYTES)) nested.push(wire.text());
    else if (wire.is(VALUE_JSON, BYTES)) json = wire.text();
    else wire.skip();
  }
  wire.leave(outer);
  return { name: nested.length > 0 ? nested.join('.') : key, json };
}

/** Writers put what JSON does not have in quotes, or as it is. */
function numberOf(json: string): number | null {
  const special = /^"?(NaN|-?Infinity)"?$/.exec(json);
  if (special !== null) return Number(special[1]);
  return /^-?\d/.test(json) ? Number(json) : null;
}

function kindOf(json: string): string {
  const value = parse(json);
  if (typeof value === 'object' && value !== null && '_type' in value && typeof value._type === 'string') return value._type;
  return Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : 'text';
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
