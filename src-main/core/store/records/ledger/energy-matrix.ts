import type { EnergySum } from '@shared/energy/booking';
import type { EnergyAnswer, EnergyRow } from '@shared/model/energy';
import { provenances, worstProvenance } from '@shared/model/provenance';
import { spread, sumColumns, TableReader, type Column, type PackedTable, type SumColumn } from './energy-table';

/** An entry that is in no row. */
const NONE = -1;

/**
 * Energy by name and stretch of time, in columns: millions of entries are added up without an object or a look-up each. The sums
 * of one stretch lie side by side, in the order of the rows.
 */
export class EnergyMatrix {
  private readonly keys: readonly string[];
  private readonly rowById: Int32Array;
  private readonly columns: Readonly<Record<SumColumn, Float64Array>>;
  /** Rows that something was booked to. */
  private readonly booked: Uint8Array;
  /** The worst so far, index in `provenances`; whether some of it was parted. */
  private readonly provenance: Uint8Array;
  private readonly allocated: Uint8Array;
  private readonly reader = new TableReader();
  /** Where the ids of the table before went. */
  private last: { readonly ids: Column; readonly rows: Int32Array } | null = null;

  /** @param names what is added up, by the number it has in the sums; the rest is left out */
  constructor(
    names: ReadonlyMap<number, string>,
    private readonly stretches: number,
  ) {
    const rows = new Map<string, number>();
    for (const name of names.values()) if (!rows.has(name)) rows.set(name, rows.size);
    this.keys = [...rows.keys()];
    this.rowById = new Int32Array(highest(names.keys()) + 1).fill(NONE);
    for (const [id, name] of names) this.rowById[id] = rows.get(name) ?? NONE;
    const column = (): Float64Array => new Float64Array(this.keys.length * stretches);
    this.columns = { joules: column(), meteredJ: column(), itJ: column(), knownMs: column(), unknownMs: column() };
    this.booked = new Uint8Array(this.keys.length);
    this.provenance = new Uint8Array(this.keys.length);
    this.allocated = new Uint8Array(this.keys.length);
  }

  /** A table with one key, the id. @throws {DamagedBlock | RangeError} when the bytes are none */
  addPacked(stretch: number, body: Uint8Array): void {
    const table = this.reader.read(body);
    const [ids = 0] = table.keys;
    if (this.last?.ids !== ids || this.last.rows.length !== table.size) this.last = { ids, rows: this.rowsOf(spread(ids, table.size)) };
    this.addRows(stretch, table, this.last.rows);
  }

  /** @param ids of each entry; a number without a name is left out */
  addTable(stretch: number, table: PackedTable, ids: Float64Array): void {
    this.addRows(stretch, table, this.rowsOf(ids));
  }

  add(stretch: number, id: number, sum: EnergySum): void {
    const row = this.rowById[id] ?? NONE;
    if (row === NONE) return;
    const at = stretch * this.keys.length + row;
    for (const of of sumColumns) {
      const column = this.columns[of];
      column[at] = (column[at] ?? 0) + sum[of];
    }
    this.mark(row, sum.provenance, sum.allocated);
  }

  /** The rows of most energy, that first. */
  ranked(limit: number): Pick<EnergyAnswer, 'rows' | 'omitted'> {
    const totals = new Float64Array(this.keys.length);
    const { joules } = this.columns;
    for (let at = 0; at < joules.length;)
      for (let row = 0; row < totals.length; row++, at++) totals[row] = (totals[row] ?? 0) + (joules[at] ?? 0);
    const order = this.keys.flatMap((_, row) => (this.booked[row] === 1 ? [row] : [])).sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0));
    return { rows: order.slice(0, limit).map((row) => this.rowAt(row)), omitted: Math.max(0, order.length - limit) };
  }

  private rowsOf(ids: Float64Array): Int32Array {
    return Int32Array.from(ids, (id) => this.rowById[id] ?? NONE);
  }

  private addRows(stretch: number, table: PackedTable, rows: Int32Array): void {
    const from = stretch * this.keys.length;
    for (const of of sumColumns) addColumn(this.columns[of], from, table[of], rows);
    const { marks } = table;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row === NONE) continue;
      const mark = typeof marks === 'number' ? marks : (marks[i] as number);
      if (mark === 0) this.booked[row] = 1;
      else this.mark(row, mark >> 1, (mark & 1) === 1);
    }
  }

  private mark(row: number, provenance: number, allocated: boolean): void {
    this.booked[row] = 1;
    if (provenance > (this.provenance[row] as number)) this.provenance[row] = provenance;
    if (allocated) this.allocated[row] = 1;
  }

  private rowAt(row: number): EnergyRow {
    const knownMs = this.columnAt('knownMs', row);
    return {
      key: this.keys[row] ?? '',
      joules: this.columnAt('joules', row).map((own, i) => (knownMs[i] === 0 ? null : own)),
      meteredJ: this.columnAt('meteredJ', row),
      itJ: this.columnAt('itJ', row),
      knownMs,
      unknownMs: this.columnAt('unknownMs', row),
      provenance: worstProvenance(['derived', provenances[this.provenance[row] ?? 0] ?? 'derived']),
      allocated: this.allocated[row] === 1,
    };
  }

  /** Without holes from the start: an array that may have some crosses threads several times as slowly. */
  private columnAt(of: SumColumn, row: number): number[] {
    const column = this.columns[of];
    const own: number[] = [];
    for (let stretch = 0, at = row; stretch < this.stretches; stretch++, at += this.keys.length) own.push(column[at] ?? 0);
    return own;
  }
}

function addColumn(to: Float64Array, from: number, column: Column, rows: Int32Array): void {
  if (column === 0) return;
  if (typeof column === 'number') {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row !== NONE) to[from + row] = (to[from + row] as number) + column;
    }
    return;
  }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (row !== NONE) to[from + row] = (to[from + row] as number) + (column[i] as number);
  }
}

function highest(ids: Iterable<number>): number {
  let most = NONE;
  for (const id of ids) most = Math.max(most, id);
  return most;
}
