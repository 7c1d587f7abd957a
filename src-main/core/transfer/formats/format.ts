import type { CsvSettings, Encoding, ImportFormat } from '@shared/model/import';
import type { SeriesKey } from '@shared/model/series';
import type { Message } from '@shared/text/message';
import type { InputHints } from '../csv/input-hints';
import type { MappingRule } from '../mapping';
import type { SourceMachine } from '../source-machine';

/** Where a series comes from, in the file's own words: what names it to a person, and tells it from another. */
export interface SourceSeries {
  /** The metric's or column's name. */
  readonly name: string;
  /** Its labels, or the cells of its row that say whose values they are. */
  readonly labels: ReadonlyMap<string, string>;
}

/** A line, or a record of several, that is being read. */
export interface RecordAt {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Takes what a reader finds. A reader resolves a series once and gives its samples by number; what it gives belongs to the
 * record that it is {@link FormatReader.at}.
 */
export interface RecordSink {
  /**
   * A number for this series of the file: the same key and source need be asked for once only. A metric that the catalogue
   * does not know comes with its definition.
   */
  series(key: SeriesKey, source: SourceSeries): number;
  /** A value at a moment, ms since the epoch; NaN = the source was asked and had none. One that cannot be is told. */
  sample(handle: number, atMs: number, value: number): void;
  /** Something of this record cannot be taken; `problem` says why. */
  bad(problem: Message): void;
  /** A metric or column that is passed over because nothing says what it is. */
  unmapped(name: string): void;
}

/** Where reading begins, or goes on: as a reader of the same file given. */
export interface ReadPosition {
  readonly byte: number;
  readonly line: number;
  /** What {@link FormatReader.state} gave there. */
  readonly state: string | null;
}

/** Reads one file from its position on. Stateful: a family's type, a header in the middle, the last record's beginning. */
export interface FormatReader {
  /** Takes the file's next bytes; what it has of a record that goes on it keeps. */
  push(chunk: Buffer, sink: RecordSink): void;
  /** The last record may lack its line break. */
  end(sink: RecordSink): void;
  /** The record that is being read. */
  readonly at: RecordAt;
  /** Where the first record begins that is not read yet: byte of what is (un)packed, and line. */
  readonly byte: number;
  readonly line: number;
  /** What else is to be known to go on from there; null = nothing. */
  state(): string | null;
  /** The file ended without what must stand at its end: it may be cut off. To be asked after {@link end}. */
  readonly endMissing: boolean;
  /** The time that its samples were given because they have none; null = they have. */
  readonly assumedAtMs: number | null;
  /** What was taken for granted, for a person who looks at figures that seem wrong. */
  readonly detected?: readonly Message[];
}

/** The beginning of a file. */
export interface FileHead {
  /** Some of its first bytes, in UTF-8. */
  readonly bytes: Buffer;
  /** Whether these are all. */
  readonly isWhole: boolean;
  /** What the file is written in. */
  readonly encoding: Encoding;
  /** Its first lines, without line breaks and byte order mark; the last may be cut off. */
  readonly lines: readonly string[];
}

export interface ReadOptions {
  readonly rules: readonly MappingRule[];
  /** Of a table; null = the one with a usual name. */
  readonly timeColumn: string | null;
  /** Null = from the beginning. */
  readonly from: ReadPosition | null;
  /** Of a CSV file, where it is not as its first lines show. */
  readonly csv?: CsvSettings;
  /** How a person can say what the file does not. */
  readonly hints?: InputHints;
  /** The device of values of which the file tells none. */
  readonly device?: string;
  /** Whose values they are. */
  readonly machine: SourceMachine;
  /** Wall clock, ms. */
  readonly nowMs: number;
  /** When the file was written, ms since the epoch: the time of what has none of its own. */
  readonly modifiedMs: number;
}

/** One format of files that can be taken in. A new one is a file in this folder and a line in its index. */
export interface TransferFormat {
  /** As the preview and `--format` call it; several may share one. */
  readonly id: ImportFormat;
  /** How surely a file is of this format, 0 to 1, by its beginning. */
  detect(head: FileHead): number;
  /** @throws {AppError} `invalid-input` when the options do not fit the file */
  open(head: FileHead, options: ReadOptions): FormatReader;
}
