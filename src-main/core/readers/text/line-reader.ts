import type { NoticeSink, ScalarReading } from '../reading';
import type { Position } from './position';

/** One line as it stands on a terminal. */
export interface Line {
  readonly text: string;
  /** When it came, ms; null = nobody noted it. */
  readonly atMs: number | null;
}

/** Said once of a program whose lines tell no step. */
export const UNCOUNTED = 'Some lines tell no step: their values are counted in the order of the lines';

/** What few readings have besides. */
export type TellMore = Pick<ScalarReading, 'unit' | 'isMarked'> & { readonly atMs?: number };

const PERCENT: TellMore = { unit: '%' };

/** @param unit null = the line says none */
export function ofUnit(unit: string | null): TellMore | undefined {
  if (unit === null) return undefined;
  return unit === '%' ? PERCENT : { unit };
}

/** What the readers of one program share. */
export interface ReaderContext {
  readonly position: Position;
  /** Tells a number. One that repeats the last of its name and step is not told again. */
  tell(name: string, step: number | null, value: number, epoch: number | null, more?: TellMore): void;
  readonly notice: NoticeSink;
}

/**
 * Reads one way of printing numbers. It keeps what it needs between lines, and finds out by itself whether a line is its own.
 * Of a line that is not, it must say so after a look at few characters: every line passes every reader.
 */
export interface LineReader {
  /** @returns true = this line is of its kind, and no other reader is asked */
  read(line: Line, context: ReaderContext): boolean;
  /** The program has ended: tells what was held back. */
  end?(context: ReaderContext): void;
}
