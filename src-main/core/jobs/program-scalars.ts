import { setTimeout as startTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import type { ScalarPoints } from '@shared/model/curve';
import type { MarkRule } from '@shared/model/mark';
import type { LogLine } from '@shared/model/run-log';
import type { ScalarReading } from '../readers/reading';
import { TextReaders, textSources, type TextSource } from '../readers/text';
import type { Rereading } from './marks/rereading';
import { ScalarOwners, type ScalarSource } from './scalar-owners';

const TELL_EVERY_MS = 200;
/** Points of one scalar in one telling; of more, each second (third, …) is left out. */
const POINTS_AT_ONCE = 2_000;
/** Readings are told early from so many on: they are held in memory. */
const READINGS_AT_ONCE = 50_000;
/** How long a name that is printed first waits for the helper to tell it, ms; so many readings wait at most. */
const HELD_MS = 1_000;
const HELD_MAX = 10_000;
/** Characters that wait for the log to be read anew; of a flood beyond that the new reader sees nothing. */
const AWAITED_MAX = 32 * 1024 * 1024;

const words: Readonly<Record<ScalarSource, string>> = {
  printed: 'what is printed',
  helper: 'the helper in Python',
  tensorboard: "TensorBoard's event files",
  csv: 'a CSV file',
  wandb: "W&B's file",
  mlflow: "MLflow's files",
  text: 'a log file',
};

interface Columns {
  readonly step: number[];
  readonly atMs: number[];
  readonly value: number[];
}

export interface ProgramScalarsOptions {
  /** @param step how far the program is by its newest reading; null = none of them told a step */
  readonly tell: (points: readonly ScalarPoints[], step: number | null) => void;
  /** Takes a line for the run's log. */
  readonly notice: (text: string) => void;
  /** Wall clock, whole ms. */
  readonly now: () => number;
  /** Whether a helper is in the program: what it tells comes a moment after it is printed. */
  readonly hasHelper?: () => boolean;
  /** The numbers that a person marked in what it prints. */
  readonly rules?: readonly MarkRule[];
}

/** The scalars in what a program prints and writes, told a few times a second. Whatever it says, this neither throws nor grows. */
export class ProgramScalars {
  private readers: TextReaders;
  /** What comes while the log is read anew, for whoever reads it; null = nobody does. */
  private awaited: { readonly source: TextSource; readonly text: string; readonly atMs: number }[] | null = null;
  private awaitedLength = 0;
  private readonly owners: ScalarOwners;
  private readonly taken = new Set<string>();
  private held: { readonly reading: ScalarReading; readonly atMono: number }[] = [];
  /** The step of a scalar's next value if it comes without one. */
  private readonly next = new Map<string, number>();
  private curves = new Map<string, Columns>();
  private step: number | null = null;
  private readings = 0;
  private timer: NodeJS.Timeout | null = null;
  private muted = false;
  private thinned = false;
  private isEnded = false;

  constructor(private readonly options: ProgramScalarsOptions) {
    this.owners = new ScalarOwners((name, from, to) => {
      // Of values without a step, those of the other source are not counted on from.
      this.next.delete(name);
      const which = `${from} ${to}`;
      if (this.taken.has(which) || this.muted) return;
      this.taken.add(which);
      options.notice(
        `${name} and what else both tell is taken from ${words[to]} and no longer from ${words[from]}${from === 'text' ? '' : ': there it is exact'}`,
      );
    });
    this.readers = new TextReaders(
      (reading) => this.takePrinted(reading),
      (text) => {
        if (!this.muted) options.notice(text);
      },
      options.rules,
    );
  }

  push(source: TextSource, text: string): void {
    const atMs = this.options.now();
    this.readers.push(source, text, atMs);
    if (this.awaited === null || this.awaitedLength > AWAITED_MAX) return;
    this.awaited.push({ source, text, atMs });
    this.awaitedLength += text.length;
  }

  /** By these rules from now on; what they would have found before is not looked for. @param dropped curves that go */
  setRules(rules: readonly MarkRule[], dropped: readonly string[]): void {
    this.readers.setRules(rules);
    this.forget(dropped);
  }

  private forget(names: readonly string[]): void {
    for (const name of names) {
      this.owners.put(name, null);
      this.next.delete(name);
    }
  }

  /**
   * Reads on by `reread` once that has read what was printed until now. One at a time.
   * @param dropped curves that go
   * @param readKept reads it
   * @param put is called between what was read by then and what comes: takes over what was found
   */
  async remark(reread: Rereading, dropped: readonly string[], readKept: () => Promise<void>, put: () => void): Promise<void> {
    const unfinished = textSources.map((source) => [source, this.readers.unfinished(source)] as const);
    const awaited: NonNullable<typeof this.awaited> = (this.awaited = []);
    this.awaitedLength = 0;
    try {
      await readKept();
      for (const [source, text] of unfinished) reread.push(source, text, null);
      for (const { source, text, atMs } of awaited) reread.push(source, text, atMs);
      if (this.isEnded) reread.readers.end();
      this.release(0);
      this.flush();
      put();
    } finally {
      this.awaited = null;
    }
    const { name, step } = reread.points();
    this.forget([...dropped, name]);
    this.next.set(name, (step.at(-1) ?? -1) + 1);
    if (step.length > 0) this.owners.put(name, 'printed');
    reread.sink = (reading) => this.takePrinted(reading);
    this.readers = reread.readers;
  }

  /** Reads what an earlier core has told already: epochs and steps go on from there. */
  replay(lines: readonly LogLine[]): void {
    this.muted = true;
    for (const { source, text, atMs } of lines)
      if (source === 'stdout' || source === 'stderr') this.readers.push(source, `${text}\n`, atMs);
    this.muted = false;
  }

  /** @param isQuiet it is read to know what follows: an earlier core has told it, or it is none of this run's */
  fromFile(reading: ScalarReading, source: ScalarSource, isQuiet: boolean): void {
    const { muted } = this;
    this.muted ||= isQuiet;
    this.take(reading, source);
    this.muted = muted;
  }

  /** Files may tell more at once than can be kept: whoever reads them waits for this. */
  async settled(): Promise<void> {
    if (this.readings < READINGS_AT_ONCE / 2) return;
    this.flush();
    await setTimeout(TELL_EVERY_MS);
  }

  /** The program has ended: tells what was held back. */
  end(): void {
    this.isEnded = true;
    this.readers.end();
    this.release(0);
    this.flush();
  }

  /** A curve of which the first points were printed and the others told exactly would be of two kinds of steps. */
  private takePrinted(reading: ScalarReading): void {
    if (this.muted || this.owners.isKnown(reading.name) || this.options.hasHelper?.() !== true) return this.take(reading, 'printed');
    this.held.push({ reading: { ...reading, atMs: reading.atMs ?? this.options.now() }, atMono: performance.now() });
    if (this.held.length > HELD_MAX) this.release(0);
    this.timer ??= startTimer(() => this.flush(), TELL_EVERY_MS);
  }

  /** Takes what has waited so long, all of its name. */
  private release(waitedMs: number): void {
    if (this.held.length === 0) return;
    const until = performance.now() - waitedMs;
    const names = new Set(this.held.filter(({ atMono }) => atMono <= until).map(({ reading }) => reading.name));
    const { held } = this;
    this.held = [];
    for (const each of held) {
      if (names.has(each.reading.name) || this.owners.isKnown(each.reading.name)) this.take(each.reading, 'printed');
      else this.held.push(each);
    }
  }

  private take({ name, step, value, atMs, isEpoch }: ScalarReading, source: ScalarSource): void {
    if (!this.owners.admits(name, source, isEpoch === true)) return;
    const next = this.next.get(name) ?? 0;
    const stepOf = step ?? next;
    this.next.set(name, Math.max(next, stepOf + 1));
    if (this.muted) return;
    // A file may tell of steps that have long been passed.
    if (step !== null && isEpoch !== true) this.step = source === 'printed' ? step : Math.max(this.step ?? 0, step);
    let columns = this.curves.get(name);
    if (columns === undefined) this.curves.set(name, (columns = { step: [], atMs: [], value: [] }));
    columns.step.push(stepOf);
    columns.atMs.push(atMs ?? this.options.now());
    columns.value.push(value);
    this.readings += 1;
    if (this.readings >= READINGS_AT_ONCE) this.flush();
    else this.timer ??= startTimer(() => this.flush(), TELL_EVERY_MS);
  }

  /** Tells now what was read. @returns whether there was something */
  flush(): boolean {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.release(HELD_MS);
    if (this.held.length > 0) this.timer ??= startTimer(() => this.flush(), TELL_EVERY_MS);
    if (this.readings === 0) return false;
    const points = [...this.curves].map(([name, columns]) => this.thin(name, columns));
    this.curves = new Map();
    this.readings = 0;
    this.options.tell(points, this.step);
    return true;
  }

  private thin(name: string, { step, atMs, value }: Columns): ScalarPoints {
    const every = Math.ceil(value.length / POINTS_AT_ONCE);
    if (every <= 1 || !this.owners.isPrinted(name)) return { name, step, atMs, value };
    if (!this.thinned) this.options.notice(`${name} comes faster than it is recorded: of its values only some are`);
    this.thinned = true;
    // The newest is among them: it is what the run is at.
    const isKept = (_: number, i: number): boolean => (value.length - 1 - i) % every === 0;
    return { name, step: step.filter(isKept), atMs: atMs.filter(isKept), value: value.filter(isKept) };
  }
}
