import type { MarkRule } from '@shared/model/mark';
import type { NoticeSink, ReadingSink, ScalarReading } from '../reading';
import { JsonLinesReader } from './json-lines';
import { KerasReader } from './keras';
import { KeyValueReader } from './key-values';
import type { LineReader, ReaderContext, TellMore } from './line-reader';
import { MarkedReader } from './marked';
import { NAMES_MAX, Position } from './position';
import { PythonDictReader } from './python-dict';
import { RichReader } from './rich';
import { TerminalLines } from './terminal-lines';
import { TqdmReader } from './tqdm';

/** One line a reader, in the order in which they are asked; the first to whom a line belongs reads it. */
const readers: readonly (() => LineReader)[] = [
  () => new JsonLinesReader(),
  () => new PythonDictReader(),
  () => new KerasReader(),
  () => new TqdmReader(),
  () => new RichReader(),
  () => new KeyValueReader(),
];

export const textSources = ['stdout', 'stderr'] as const;
export type TextSource = (typeof textSources)[number];

/** Made at once, property by property: spreading one object into another took a third of all reading. */
function readingOf(
  name: string,
  step: number | null,
  value: number,
  epoch: number | null,
  atMs: number | null,
  more?: TellMore,
): ScalarReading {
  const reading: { -readonly [K in keyof ScalarReading]: ScalarReading[K] } = { atMs, name, step, value };
  if (epoch !== null) reading.epoch = epoch;
  if (more?.unit !== undefined) reading.unit = more.unit;
  if (more?.isMarked !== undefined) reading.isMarked = more.isMarked;
  return reading;
}

/** Finds the scalars in what a program prints, of both its outputs. Whatever it prints, this neither throws nor grows. */
export class TextReaders {
  private readonly asked: readonly LineReader[];
  private marked: MarkedReader;
  private readonly lines: Readonly<Record<TextSource, TerminalLines>>;
  private readonly last = new Map<string, { step: number | null; value: number }>();
  private readonly noticed = new Set<string>();
  private readonly context: ReaderContext;
  private atMs: number | null = null;

  /**
   * @param rules what a person marked in earlier lines of this program
   * @throws MessageError of a rule whose pattern has no place for the number
   */
  constructor(sink: ReadingSink, notice: NoticeSink, rules: readonly MarkRule[] = []) {
    this.asked = readers.map((make) => make());
    this.marked = new MarkedReader(rules);
    this.lines = { stdout: this.linesOf(), stderr: this.linesOf() };
    this.context = {
      position: new Position(),
      notice: (text) => {
        if (this.noticed.has(text) || this.noticed.size >= NAMES_MAX) return;
        this.noticed.add(text);
        notice(text);
      },
      tell: (name, step, value, epoch, more) => {
        if (name.length > 200 || (step !== null && !(Number.isSafeInteger(step) && step >= 0))) return;
        const last = this.last.get(name);
        if (last === undefined && this.last.size >= NAMES_MAX) return;
        // A bar is drawn again and again at the same step.
        if (last !== undefined && step !== null && last.step === step && Object.is(last.value, value)) return;
        if (last === undefined) this.last.set(name, { step, value });
        else {
          last.step = step;
          last.value = value;
        }
        const { atMs } = this;
        sink(readingOf(name, step, value, epoch, more?.atMs ?? atMs, more));
      },
    };
  }

  /** @param atMs when the text came; null = nobody noted it */
  push(source: TextSource, text: string, atMs: number | null): void {
    this.atMs = atMs;
    this.lines[source].push(text);
  }

  /** @throws MessageError as the constructor does */
  setRules(rules: readonly MarkRule[]): void {
    this.marked = new MarkedReader(rules);
  }

  /** What stands in an output without the end of its line. */
  unfinished(source: TextSource): string {
    return this.lines[source].unfinished;
  }

  /** The program has ended. */
  end(): void {
    for (const lines of Object.values(this.lines)) lines.end();
    for (const reader of this.asked) reader.end?.(this.context);
  }

  private linesOf(): TerminalLines {
    return new TerminalLines((text) => {
      const line = { text, atMs: this.atMs };
      this.marked.read(line, this.context);
      for (const reader of this.asked) if (reader.read(line, this.context)) return;
    });
  }
}
