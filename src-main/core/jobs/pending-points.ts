import type { ScalarPoints } from '@shared/model/curve';
import type { RunAppend } from '../store/records/runs/runs';

/** Points held back while the database cannot be written, of one scalar and of all of a run; beyond, the oldest go. */
const POINTS_PER_SCALAR = 100_000;
const POINTS_PER_RUN = 1_000_000;

interface Columns {
  readonly step: number[];
  readonly atMs: number[];
  readonly value: number[];
}

/** A run's points on their way to the database, bounded. */
export class PendingPoints {
  private readonly curves = new Map<string, Columns>();

  get isEmpty(): boolean {
    return this.curves.size === 0;
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
    }
    this.dropOldest();
  }

  append(): RunAppend {
    return { curves: [...this.curves].map(([name, columns]) => ({ name, ...columns })) };
  }

  clear(): void {
    this.curves.clear();
  }

  private dropOldest(): void {
    const most = Math.min(POINTS_PER_SCALAR, Math.floor(POINTS_PER_RUN / this.curves.size));
    for (const { step, atMs, value } of this.curves.values()) {
      const excess = value.length - most;
      if (excess > 0) for (const column of [step, atMs, value]) column.splice(0, excess);
    }
  }

  private columns(name: string): Columns {
    let found = this.curves.get(name);
    if (found === undefined) this.curves.set(name, (found = { step: [], atMs: [], value: [] }));
    return found;
  }
}
