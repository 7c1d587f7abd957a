import { AppError } from '@shared/contract/errors';
import { accountKinds } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { MAX_ENERGY_CELLS, type EnergyAnswer, type EnergyQuery } from '@shared/model/energy';
import { message } from '@shared/text/message';
import { cellsReader } from './cells-reader';
import { EnergyMatrix } from './energy-matrix';
import { ledgerSums, type SumOf } from './ledger';
import { placeMetrics } from './place-metrics';
import { stepEdges } from './steps';
import type { ReadHandle } from '../../file/open';

const sumOfQuery: Readonly<Record<EnergyQuery['by'], SumOf>> = { accounts: 'kind', devices: 'place', runs: 'run', metrics: 'place' };
const RUN = 'run:';
/** Packed sums held at a time: those of a hall take some 6 kB each. */
const AT_ONCE = 256;
/** Gaps added up between two looks at whether the query still stands. */
const GAPS_AT_ONCE = 10_000;

/** Quarters [begin, end) in packed sums of this width; 0 = in the rows and their blocks. */
interface Part {
  readonly width: number;
  readonly begin: number;
  readonly end: number;
}

/** Adds up, by stretch, what these numbers have in the sums; several of one name are one row. */
type AddUp = (edges: readonly number[], names: ReadonlyMap<number, string>) => EnergyMatrix;

/** Answers `energy.query`. Every stretch is put together of whole days, hours and quarters, the coarsest that fit. */
export function openLedgerQuery(db: ReadHandle): (query: EnergyQuery, check: () => void) => EnergyAnswer {
  const packed = db.query<{ slot: number; body: Uint8Array }>(
    'SELECT slot, body FROM ledger_sum WHERE of = ? AND width = ? AND slot >= ? AND slot < ? ORDER BY slot',
  );
  const cells = cellsReader(db);
  const places = db.query<{ id: number; name: string }>('SELECT id, device AS name FROM ledger_place');
  const metrics = placeMetrics(db);
  const accounts = db.query<{ id: number; name: string }>('SELECT id, name FROM ledger_account');
  const gaps = db.query<{ id: number; fromMs: number; toMs: number }>(
    'SELECT place_id AS id, from_ms AS fromMs, to_ms AS toMs FROM ledger_gap WHERE from_ms < ? AND to_ms > ?',
  );
  const span = db.query<{ sinceMs: number | null; untilMs: number | null }>(
    'SELECT min(since_ms) AS sinceMs, max(until_ms) AS untilMs FROM ledger_place',
  );

  const addUpOf =
    (of: SumOf, check: () => void): AddUp =>
    (edges, names) => {
      const matrix = new EnergyMatrix(names, edges.length - 1);
      let stretch = 0;
      for (const { width, begin, end } of joined(edges, ledgerSums[of])) {
        if (width === 0) {
          check();
          stretch = indexOf(edges, begin, stretch);
          cells.addTo(matrix, stretch, begin, end);
          continue;
        }
        for (let from = begin / width; from < end / width; from += AT_ONCE) {
          check();
          for (const { slot, body } of packed.all(of, width, from, Math.min(end / width, from + AT_ONCE))) {
            stretch = indexOf(edges, slot * width, stretch);
            matrix.addPacked(stretch, body);
          }
        }
      }
      return matrix;
    };
  const namesOf = (by: EnergyQuery['by']): Map<number, string> => {
    if (by === 'accounts') return new Map(accountKinds.map((kind, index) => [index, kind]));
    if (by === 'metrics') return metrics();
    if (by === 'devices') return new Map(places.all().map(({ id, name }) => [id, name]));
    return new Map(accounts.all().flatMap(({ id, name }) => (name.startsWith(RUN) ? [[id, name.slice(RUN.length)]] : [])));
  };

  return ({ by, fromMs, toMs, step, timeZone, keys, limit }, check) =>
    db.snapshot(() => {
      const of = sumOfQuery[by];
      const { edges, coarser } = kept(stepEdges(fromMs, toMs, step, timeZone), of === 'place' ? cells.coarseIn : () => null);
      const names = namesOf(by);
      if (keys !== undefined) {
        const wanted = new Set(keys);
        for (const [id, name] of names) if (!wanted.has(name)) names.delete(id);
      }
      const all = rowsOf(names, edges, limit, addUpOf(of, check));
      const edgesMs = edges.map((quarter) => quarter * QUARTER_MS);
      const gapMs = edgesMs.slice(1).map(() => 0);
      if (by !== 'runs') {
        const wide = { fromMs: edgesMs[0] ?? 0, toMs: edgesMs.at(-1) ?? 0 };
        for (const [i, gap] of gaps.all(wide.toMs, wide.fromMs).entries()) {
          if (i % GAPS_AT_ONCE === 0) check();
          if (by !== 'accounts' && !names.has(gap.id)) continue;
          addGap(gapMs, edgesMs, gap);
        }
      }
      return { edgesMs, ...all, gapMs, coarser, ...(span.get() ?? { sinceMs: null, untilMs: null }) };
    });
}

/**
 * The rows of most energy, by stretch. Where there may be more numbers than an answer holds, the whole time is added up first and
 * then the stretches of what is left; else all in one go.
 */
function rowsOf(
  names: ReadonlyMap<number, string>,
  edges: readonly number[],
  limit: number,
  addUp: AddUp,
): Pick<EnergyAnswer, 'rows' | 'omitted'> {
  const count = edges.length - 1;
  if (new Set(names.values()).size * count <= MAX_ENERGY_CELLS) return addUp(edges, names).ranked(limit);
  const whole = addUp([edges[0] ?? 0, edges.at(-1) ?? 0], names).ranked(limit);
  if (whole.rows.length * count > MAX_ENERGY_CELLS)
    throw new AppError('too-large', message('message.energy.tooMany', { most: MAX_ENERGY_CELLS }));
  const left = new Set(whole.rows.map(({ key }) => key));
  const few = new Map([...names].filter(([, name]) => left.has(name)));
  return { ...addUp(edges, few).ranked(limit), omitted: whole.omitted };
}

/** Where devices are kept by longer stretches than were asked for, the edges there are moved onto theirs; nothing is parted by guess. */
function kept(
  edges: readonly number[],
  coarseIn: (from: number, to: number) => { readonly unit: number; readonly until: number } | null,
): { readonly edges: readonly number[]; readonly coarser: EnergyAnswer['coarser'] } {
  const coarse = coarseIn(edges[0] ?? 0, edges.at(-1) ?? 0);
  if (coarse === null) return { edges, coarser: null };
  const { unit, until } = coarse;
  const moved = edges.map((edge, i) => (edge >= until ? edge : (i === edges.length - 1 ? Math.ceil : Math.floor)(edge / unit) * unit));
  if (moved.every((edge, i) => edge === edges[i])) return { edges, coarser: null };
  return { edges: [...new Set(moved)], coarser: { untilMs: until * QUARTER_MS, stepMs: unit * QUARTER_MS } };
}

/** Adds to each stretch what of it the gap takes. Only the stretches it lies in are visited: there may be thousands of both. */
function addGap(gapMs: number[], edgesMs: readonly number[], { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): void {
  let [low, high] = [0, gapMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edgesMs[middle + 1] ?? Infinity) <= fromMs) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < gapMs.length && (edgesMs[i] ?? Infinity) < toMs; i++)
    gapMs[i] = (gapMs[i] ?? 0) + Math.min(toMs, edgesMs[i + 1] ?? 0) - Math.max(fromMs, edgesMs[i] ?? 0);
}

/** The stretch that a quarter lies in, at or after the one given. */
function indexOf(edges: readonly number[], quarter: number, from: number): number {
  let index = from;
  while (quarter >= (edges[index + 1] ?? Infinity)) index++;
  return index;
}

/** What all stretches are put together of, in order; neighbours of one width are one. Rows of a single stretch each. */
function joined(edges: readonly number[], widths: readonly number[]): Part[] {
  const all: Part[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    for (const part of parts(edges[i] ?? 0, edges[i + 1] ?? 0, widths)) {
      const last = all.at(-1);
      if (last !== undefined && part.width > 0 && last.width === part.width && last.end === part.begin)
        all[all.length - 1] = { ...last, end: part.end };
      else all.push(part);
    }
  }
  return all;
}

/** Cuts [from, to) into whole stretches of these widths, the widest that fit; `width` 0 = quarters that no sums hold. */
function parts(from: number, to: number, widths: readonly number[]): Part[] {
  if (from >= to) return [];
  const width = widths.at(-1);
  if (width === undefined) return [{ width: 0, begin: from, end: to }];
  const finer = widths.slice(0, -1);
  const begin = Math.ceil(from / width) * width;
  const end = Math.floor(to / width) * width;
  if (begin >= end) return parts(from, to, finer);
  return [...parts(from, begin, finer), { width, begin, end }, ...parts(end, to, finer)];
}
