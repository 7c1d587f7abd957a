import type { Message } from '@shared/text/message';

/** A value as a table's file has it. A number that a file writes as text is a text here. */
export type Cell = string | number | boolean | Date | null;

export interface CellRow {
  /** From 1: the line of a text, the row of a file without lines. */
  readonly line: number;
  readonly cells: readonly Cell[];
  /** Why it cannot be read; null when it can. */
  readonly problem: Message | null;
}

/** Rows of cells, from the first to the last each time they are asked for. */
export interface CellSource {
  readonly file: string;
  readonly names: readonly string[];
  /** Pieces of some thousand rows, and how much of the file was read by then. */
  rows(): AsyncGenerator<{ readonly rows: readonly CellRow[]; readonly doneBytes: number }, void>;
}
