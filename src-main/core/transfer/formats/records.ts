import type { Message } from '@shared/text/message';
import { RecordScanner, type TextRecord } from '../records';
import type { FormatReader, ReadPosition, RecordSink } from './format';

/** Reads records one by one; `record.text` is without its line break. */
export type EachRecord = (record: TextRecord, sink: RecordSink) => void;

/**
 * A reader of text in records: of lines, or (with a separator's byte) of CSV records, which may hold line breaks in quotes.
 * A record that cannot be cut out is told by itself.
 */
export class RecordReader implements FormatReader {
  readonly endMissing = false;
  readonly assumedAtMs = null;
  at: TextRecord;
  byte: number;
  line: number;
  private readonly scanner: RecordScanner;

  constructor(
    separator: number | null,
    from: ReadPosition,
    private readonly each: EachRecord,
    private readonly stateOf: () => string | null = () => null,
    readonly detected: readonly Message[] = [],
  ) {
    this.byte = from.byte;
    this.line = from.line;
    this.at = { text: '', line: from.line, nextByte: from.byte, nextLine: from.line, problem: null };
    this.scanner = new RecordScanner({ separator, fromByte: from.byte, fromLine: from.line });
  }

  push(chunk: Buffer, sink: RecordSink): void {
    this.take(this.scanner.push(chunk), sink);
  }

  end(sink: RecordSink): void {
    this.take(this.scanner.end(), sink);
  }

  state(): string | null {
    return this.stateOf();
  }

  private take(records: readonly TextRecord[], sink: RecordSink): void {
    for (const record of records) {
      this.at = record;
      if (record.problem === null) this.each(record, sink);
      else sink.bad(record.problem);
      this.byte = record.nextByte;
      this.line = record.nextLine;
    }
  }
}
