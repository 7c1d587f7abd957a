import { AppError } from '@shared/contract/errors';
import { accountKinds, addTo, emptySum, type EnergySum } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { MAX_ENERGY_CELLS, type EnergyAnswer, type EnergyQuery, type EnergyRow } from '@shared/model/energy';
import { provenances, worstProvenance } from '@shared/model/provenance';
import { message } from '@shared/text/message';
import { ledgerSums, type SumOf } from './ledger';
import { placeMetrics } from './place-metrics';
import { stepEdges } from './steps';
import { SumTally } from './sums';
import type { ReadHandle } from '../../file/open';

const sumOfQuery: Readonly<Record<EnergyQuery['by'], SumOf>> = { accounts: 'kind', devices: 'place', runs: 'run', metrics: 'place' };
const RUN = 'run:';
/** Packed sums held at a time: those of a hall take some 50 kB each. */
const AT_ONCE = 256;
/** Gaps added up between two looks at whether the query still stands. */
const GAPS_AT_ONCE = 10_000;

/** Quarters [begin, end) in packed sums of this width; 0 = in the rows. */
interface Part {
  readonly width: number;
  readonly begin: number;
  readonly end: number;
}

/** A row of the answer: of one number in the sums, or of all devices of a metric. */
interface Group {
  readonly key: string;
  readonly ids: number[];
  readonly sum: EnergySum;
}

interface StoredRow extends Omit<EnergySum, 'allocated'> {
  readonly id: number;
  readonly allocated: number;
}

/** Answers `energy.query`. Every stretch is put together of whole days, hours and quarters, the coarsest that fit. */
export function openLedgerQuery(db: ReadHandle): (query: EnergyQuery, check: () => void) => EnergyAnswer {
  const packed = db.query<{ slot: number; body: Uint8Array }>(
    'SELECT slot, body FROM ledger_sum WHERE of = ? AND width = ? AND slot >= ? AND slot < ? ORDER BY slot',
  );
  const totals = `sum(joules) AS joules, sum(metered_j) AS meteredJ, sum(it_j) AS itJ, sum(known_ms) AS knownMs,
    sum(unknown_ms) AS unknownMs, max(provenance) AS provenance, max(allocated) AS allocated`;
  const ofPlaces = db.query<StoredRow>(`SELECT place_id AS id, ${totals} FROM ledger WHERE quarter >= ? AND quarter < ? GROUP BY place_id`);
  const places = db.query<{ id: number; name: string }>('SELECT id, device AS name FROM ledger_place');
  const metrics = placeMetrics(db);
  const accounts = db.query<{ id: number; name: string }>('SELECT id, name FROM ledger_account');
  const gaps = db.query<{ id: number; fromMs: number; toMs: number }>(
    'SELECT place_id AS id, from_ms AS fromMs, to_ms AS toMs FROM ledger_gap WHERE from_ms < ? AND to_ms > ?',
  );
  const span = db.query<{ sinceMs: number | null; untilMs: number | null }>(
    'SELECT min(since_ms) AS sinceMs, max(until_ms) AS untilMs FROM ledger_place',
  );

  /** Adds up the stretches between these edges one after another; `done` is told of each, of some not: nothing is booked there. */
  const eachStretch = (of: SumOf, edges: readonly number[], done: (index: number, sums: SumTally) => void, check: () => void): void => {
    const tally = new SumTally();
    let current = 0;
    const next = (index: number): void => {
      if (index === current) return;
      done(current, tally);
      tally.clear();
      current = index;
    };
    for (const { width, begin, end } of joined(edges, ledgerSums[of])) {
      if (width === 0) {
        next(indexOf(edges, begin, current));
        for (const row of ofPlaces.all(begin, end)) tally.add(row.id, { ...row, allocated: row.allocated === 1 });
        continue;
      }
      for (let from = begin / width; from < end / width; from += AT_ONCE) {
        check();
        for (const { slot, body } of packed.all(of, width, from, Math.min(end / width, from + AT_ONCE))) {
          next(indexOf(edges, slot * width, current));
          tally.addPacked(body);
        }
      }
    }
    next(edges.length);
  };
  const namesOf = (by: EnergyQuery['by']): Map<number, string> => {
    if (by === 'accounts') return new Map(accountKinds.map((kind, index) => [index, kind]));
    if (by === 'metrics') return metrics();
    if (by === 'devices') return new Map(places.all().map(({ id, name }) => [id, name]));
    return new Map(accounts.all().flatMap(({ id, name }) => (name.startsWith(RUN) ? [[id, name.slice(RUN.length)]] : [])));
  };

  return ({ by, fromMs, toMs, step, timeZone, keys, limit }, check) =>
    db.snapshot(() => {
      const edges = stepEdges(fromMs, toMs, step, timeZone);
      const names = namesOf(by);
      const wanted = keys && new Set(keys);
      const of = sumOfQuery[by];
      const whole = new Map<string, Group>();
      const addGroups = (tally: SumTally): void => {
        for (const id of tally.ids()) {
          const key = names.get(id);
          if (key === undefined || wanted?.has(key) === false) continue;
          const group = whole.get(key) ?? { key, ids: [], sum: emptySum() };
          whole.set(key, group);
          group.ids.push(id);
          addTo(group.sum, tally.of(id));
        }
      };
      eachStretch(of, [edges[0] ?? 0, edges.at(-1) ?? 0], (_, tally) => addGroups(tally), check);
      const kept = [...whole.values()].sort((a, b) => b.sum.joules - a.sum.joules).slice(0, limit);
      const count = edges.length - 1;
      if (kept.length * count > MAX_ENERGY_CELLS)
        throw new AppError('too-large', message('message.energy.tooMany', { most: MAX_ENERGY_CELLS }));
      const filled = kept.map(({ key, ids, sum }) => ({
        key,
        ids,
        columns: Array.from<unknown, EnergySum | undefined>({ length: count }, () => (count === 1 ? sum : undefined)),
      }));
      if (count > 1) {
        const take = (index: number, tally: SumTally): void => {
          for (const { ids, columns } of filled) {
            for (const id of ids) {
              if (!tally.has(id)) continue;
              const own = tally.of(id);
              const others = columns[index];
              if (others === undefined) columns[index] = own;
              else addTo(others, own);
            }
          }
        };
        eachStretch(of, edges, take, check);
      }
      const edgesMs = edges.map((quarter) => quarter * QUARTER_MS);
      const rows = filled.map(({ key, columns }) => rowOf(key, columns));
      const gapMs = edgesMs.slice(1).map(() => 0);
      if (by !== 'runs') {
        const wide = { fromMs: edgesMs[0] ?? 0, toMs: edgesMs.at(-1) ?? 0 };
        for (const [i, gap] of gaps.all(wide.toMs, wide.fromMs).entries()) {
          if (i % GAPS_AT_ONCE === 0) check();
          if (by !== 'accounts' && wanted?.has(names.get(gap.id) ?? '') === false) continue;
          addGap(gapMs, edgesMs, gap);
        }
      }
      return { edgesMs, rows, omitted: whole.size - kept.length, gapMs, ...(span.get() ?? { sinceMs: null, untilMs: null }) };
    });
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

function rowOf(key: string, columns: readonly (EnergySum | undefined)[]): EnergyRow {
  const column = (of: 'meteredJ' | 'itJ' | 'knownMs' | 'unknownMs'): number[] => columns.map((sum) => sum?.[of] ?? 0);
  const all = emptySum();
  for (const sum of columns) if (sum) addTo(all, sum);
  return {
    key,
    joules: columns.map((sum) => (sum === undefined || sum.knownMs === 0 ? null : sum.joules)),
    meteredJ: column('meteredJ'),
    itJ: column('itJ'),
    knownMs: column('knownMs'),
    unknownMs: column('unknownMs'),
    provenance: worstProvenance(['derived', provenances[all.provenance] ?? 'derived']),
    allocated: all.allocated,
  };
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

/** Cuts [from, to) into whole stretches of these widths, the widest that fit; `width` 0 = quarters that only the rows hold. */
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
