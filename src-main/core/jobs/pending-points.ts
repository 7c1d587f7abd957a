import type { ScalarPoints } from '@shared/model/curve';
import type { LogLine } from '@shared/model/run';
import type { RunAppend } from '../store/records/runs/runs';

/** Lines of free text and log kept of a run. */
export const LOG_LINES_KEPT = 200;
/** Points of one scalar held back while the database cannot be written: beyond that the oldest go. */
const POINTS_HELD = 100_000;

interface Columns {
  readonly step: number[];
  readonly atMs: number[];
  readonly value: number[];
}

/** A run's points and lines on their way to the database, bounded. */
export class PendingPoints {
  private readonly curves = new Map<string, Columns>();
  private lines: LogLine[] = [];
  private dropped = 0;

  get isEmpty(): boolean {
    return this.curves.size === 0 && this.lines.length === 0;
  }

  add(name: string, step: number, atMs: number, value: number): void {
    const columns = this.columns(name);
    columns.step.push(step);
    columns.atMs.push(atMs);
    columns.value.push(value);
  }

  addAll(curves: readonly ScalarPoints[]): void {
    for (const { name, step, atMs, value } of curves) {
      const columns = this.columns(name);
      for (let i = 0; i < value.length; i++) {
        columns.step.push(step[i] as number);
        columns.atMs.push(atMs[i] as number);
        columns.value.push(value[i] as number);
      }
      const excess = columns.value.length - POINTS_HELD;
      if (excess > 0) for (const column of [columns.step, columns.atMs, columns.value]) column.splice(0, excess);
    }
  }

  addLine(line: LogLine): void {
    this.lines.push(line);
    // Trimmed in blocks, so that a flood does not shift the array at every line.
    if (this.lines.length >= 2 * LOG_LINES_KEPT) this.dropOldest();
  }

  addLog(lines: readonly LogLine[]): void {
    for (const line of lines) this.lines.push(line);
    if (this.lines.length > LOG_LINES_KEPT) this.lines = this.lines.slice(-LOG_LINES_KEPT);
  }

  /** Leaves the newest lines, of which the first says how many are not there. */
  trimLog(): void {
    this.dropOldest();
    const first = this.lines[0];
    if (this.dropped > 0 && first) this.lines[0] = { ...first, source: 'core', text: `… ${this.dropped + 1} lines dropped` };
    this.dropped = 0;
  }

  append(): RunAppend {
    return { curves: [...this.curves].map(([name, columns]) => ({ name, ...columns })), log: this.lines };
  }

  clear(): void {
    this.curves.clear();
    this.lines = [];
  }

  private dropOldest(): void {
    const excess = this.lines.length - LOG_LINES_KEPT;
    if (excess <= 0) return;
    this.lines = this.lines.slice(excess);
    this.dropped += excess;
  }

  private columns(name: string): Columns {
    let found = this.curves.get(name);
    if (found === undefined) this.curves.set(name, (found = { step: [], atMs: [], value: [] }));
    return found;
  }
}
