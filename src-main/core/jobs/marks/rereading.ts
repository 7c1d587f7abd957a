import type { ScalarPoints } from '@shared/model/curve';
import type { MarkRule } from '@shared/model/mark';
import type { LogLine } from '@shared/model/run-log';
import type { ReadingSink, ScalarReading } from '../../readers/reading';
import { TextReaders, type TextSource } from '../../readers/text';

interface Columns {
  readonly step: number[];
  readonly atMs: number[];
  readonly value: number[];
}

export interface Found {
  readonly step: number;
  readonly value: number;
  /** Of the line, in the log; null = it came since. */
  readonly line: LogLine | null;
}

/**
 * Reads a program's output from its beginning, by all readers and by rules, and keeps the numbers of one rule. Once it is where the
 * program is it can read on in the place of the readers before it: its steps go on.
 */
export class Rereading {
  readonly readers: TextReaders;
  /** How far the program was by the last number of the rule that told a step; null = none did. */
  toldStep: number | null = null;
  /** What is read from now on goes there, all of it; null = it is still behind. */
  sink: ReadingSink | null = null;
  private readonly columns: Columns = { step: [], atMs: [], value: [] };
  private readonly toldByOthers = new Set<string>();
  private line: LogLine | null = null;
  private isBefore = false;

  /** @param onFound is told each number of the rule */
  constructor(
    rules: readonly MarkRule[],
    private readonly name: string,
    private readonly onFound: (found: Found) => void = () => undefined,
    notice: (text: string) => void = () => undefined,
  ) {
    this.readers = new TextReaders(
      (reading) => (this.sink === null ? this.keep(reading) : this.sink(reading)),
      (text) => {
        if (this.sink !== null) notice(text);
      },
      rules,
    );
  }

  /** @param isBefore they are none of the run's, and what follows counts on from them */
  take(lines: readonly LogLine[], isBefore = false): void {
    this.isBefore = isBefore;
    for (const line of lines) {
      this.line = line;
      if (line.source === 'stdout' || line.source === 'stderr') this.readers.push(line.source, `${line.text}\n`, line.atMs);
    }
    this.line = null;
    this.isBefore = false;
  }

  push(source: TextSource, text: string, atMs: number | null): void {
    this.readers.push(source, text, atMs);
  }

  /** Another reader tells a number of this name. */
  isTold(name: string): boolean {
    return this.toldByOthers.has(name);
  }

  /** What the rule found. */
  points(): ScalarPoints {
    return { name: this.name, ...this.columns };
  }

  private keep({ name, step, value, atMs, isMarked }: ScalarReading): void {
    if (isMarked !== true) {
      this.toldByOthers.add(name);
      return;
    }
    if (name !== this.name || this.isBefore) return;
    const { columns } = this;
    const at = step ?? (columns.step.at(-1) ?? -1) + 1;
    if (step !== null) this.toldStep = step;
    columns.step.push(at);
    columns.atMs.push(atMs ?? this.line?.atMs ?? Date.now());
    columns.value.push(value);
    this.onFound({ step: at, value, line: this.line });
  }
}
