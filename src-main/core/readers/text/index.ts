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
import { writerOf } from './writers';

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

/** Processes whose lines are told apart; those of more are read as if one had written them. */
const WRITERS_MAX = 64;

/** What is kept between the lines of one writer. */
interface LinesOfOne {
  readonly asked: readonly LineReader[];
  readonly context: ReaderContext;
}

/** Finds the scalars in what a program prints, of both its outputs. Whatever it prints, this neither throws nor grows. */
export class TextReaders {
  private marked: MarkedReader;
  private readonly lines: Readonly<Record<TextSource, TerminalLines>>;
  private readonly last = new Map<string, { step: number | null; value: number }>();
  private readonly noticed = new Set<string>();
  private readonly main: LinesOfOne;
  /** Of the processes that label their lines, by what their names begin with. */
  private readonly writers = new Map<string, LinesOfOne>();
  private atMs: number | null = null;

  /**
   * @param rules what a person marked in earlier lines of this program
   * @throws MessageError of a rule whose pattern has no place for the number
   */
  constructor(
    private readonly sink: ReadingSink,
    private readonly notice: NoticeSink,
    rules: readonly MarkRule[] = [],
  ) {
    this.marked = new MarkedReader(rules);
    this.main = this.linesOfOne('');
    this.lines = { stdout: this.linesOf(), stderr: this.linesOf() };
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
    for (const { asked, context } of [this.main, ...this.writers.values()]) for (const reader of asked) reader.end?.(context);
  }

  private linesOf(): TerminalLines {
    return new TerminalLines((text) => {
      this.marked.read({ text, atMs: this.atMs }, this.main.context);
      const writer = writerOf(text);
      const line = { text: writer?.text ?? text, atMs: this.atMs };
      const { asked, context } = writer === null ? this.main : this.writer(writer.prefix);
      for (const reader of asked) if (reader.read(line, context)) return;
    });
  }

  private writer(prefix: string): LinesOfOne {
    if (prefix === '') return this.main;
    const known = this.writers.get(prefix);
    if (known !== undefined) return known;
    if (this.writers.size >= WRITERS_MAX) return this.main;
    const made = this.linesOfOne(prefix);
    this.writers.set(prefix, made);
    return made;
  }

  private linesOfOne(prefix: string): LinesOfOne {
    const context: ReaderContext = {
      position: new Position(),
      notice: (text) => {
        if (this.noticed.has(text) || this.noticed.size >= NAMES_MAX) return;
        this.noticed.add(text);
        this.notice(text);
      },
      tell: (base, step, value, epoch, more) => {
        const name = prefix === '' ? base : prefix + base;
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
        this.sink(readingOf(name, step, value, epoch, more?.atMs ?? this.atMs, more));
      },
    };
    return { asked: readers.map((make) => make()), context };
  }
}
