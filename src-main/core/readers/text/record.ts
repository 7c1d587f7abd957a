import { wholeNumberText } from './numbers';
import { isMetricName, isScalarName, remembered } from './names';
import { UNCOUNTED, type ReaderContext } from './line-reader';

const STEP_KEYS = ['step', 'global_step', 'trainer/global_step', '_step', 'num_updates', 'iteration', 'iter', 'update'];
const TIME_KEYS = ['timestamp', '_timestamp', 'time', 'ts', 'created', 'date'];
/** Objects within objects are read so deep; their names are joined by "/". */
const MAX_DEPTH = 3;
/** Seconds since the epoch are below, milliseconds above: the year 5138, and March 1973. */
const SECONDS_BELOW = 1e11;

/**
 * Tells the scalars of one printed object.
 * @param believe it is one of numbers alone, as a trainer prints it: each is a scalar, also without a step and of an unknown name
 */
export function tellRecord(record: object, context: ReaderContext, { believe }: { readonly believe: boolean }): void {
  const numbers = new Map<string, number>();
  collect(record as Readonly<Record<string, unknown>>, '', 0, numbers);
  const { position } = context;
  const epoch = numbers.get('epoch') ?? null;
  const written = writtenStep(numbers);
  const atMs = timeOf(record as Readonly<Record<string, unknown>>);
  const more = atMs === null ? undefined : { atMs };
  const step = written === undefined ? null : position.clock.at('record', 'global', written, epoch, null);
  const placed = step ?? position.barStep;
  for (const [name, value] of numbers) {
    if (!isScalarName(name) || isPlace(name)) continue;
    if (!believe && step === null && epoch === null && !isMetricName(name)) continue;
    if (placed === null) context.notice(UNCOUNTED);
    context.tell(name, placed, value, epoch, more);
  }
}

/** Where in the training an object lies, rather than what it says of it. */
const isPlace = remembered((name) => STEP_KEYS.includes(name) || TIME_KEYS.includes(name) || name === 'epoch');

function writtenStep(numbers: ReadonlyMap<string, number>): number | undefined {
  for (const key of STEP_KEYS) {
    const value = numbers.get(key);
    if (value !== undefined && Number.isInteger(value) && value >= 0) return value;
  }
  return undefined;
}

function collect(record: Readonly<Record<string, unknown>>, prefix: string, depth: number, into: Map<string, number>): void {
  for (const key of Object.keys(record)) {
    const value = record[key];
    const name = prefix === '' ? key : `${prefix}${key}`;
    if (typeof value === 'number') into.set(name, value);
    else if (typeof value === 'string') {
      const number = wholeNumberText(value);
      if (number !== null) into.set(name, number);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MAX_DEPTH)
      collect(value as Readonly<Record<string, unknown>>, `${name}/`, depth + 1, into);
  }
}

function timeOf(record: Readonly<Record<string, unknown>>): number | null {
  for (const key of TIME_KEYS) {
    const value = record[key];
    if (typeof value === 'number' && value > 1e8) return value < SECONDS_BELOW ? Math.round(value * 1000) : Math.round(value);
    // A time without a zone is local to the machine that wrote it, which need not be this one: only one with a zone counts.
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(value)) {
      const parsed = Date.parse(value);
      if (!Number.isNaN(parsed)) return parsed;
    }
  }
  return null;
}
