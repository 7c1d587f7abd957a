import type { WriteHandle } from './open';

/** One step of the schema. Once released it is never edited: a change is the next number. */
export interface Migration {
  /** 1, 2, 3 …: what PRAGMA user_version says once it is applied. */
  readonly version: number;
  readonly name: string;
  /** Statements run in one transaction. Every table is STRICT. */
  readonly sql: string;
  /** What SQL alone cannot change (a JSON column of an older shape); runs after `sql`, in the same transaction. A throw undoes the step. */
  readonly run?: (db: WriteHandle) => void;
}
