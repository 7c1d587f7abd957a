import type { ScalarPoints } from '@shared/model/curve';
import type { LogLine } from '@shared/model/run-log';
import type { ScalarReading } from '../readers/reading';
import { TextReaders, type TextSource } from '../readers/text';

const TELL_EVERY_MS = 200;
/** Points of one scalar in one telling; of more, each second (third, …) is left out. */
const POINTS_AT_ONCE = 2_000;
/** Readings are told early from so many on: they are held in memory. */
const READINGS_AT_ONCE = 50_000;

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
}

/** The scalars in what a program prints, told a few times a second. Whatever it prints, this neither throws nor grows. */
export class ProgramScalars {
  private readonly readers: TextReaders;
  /** The step of a scalar's next value if it comes without one. */
  private readonly next = new Map<string, number>();
  private curves = new Map<string, Columns>();
  private step: number | null = null;
  private readings = 0;
  private timer: NodeJS.Timeout | null = null;
  private muted = false;
  private thinned = false;

  constructor(private readonly options: ProgramScalarsOptions) {
    this.readers = new TextReaders(
      (reading) => this.take(reading),
      (text) => {
        if (!this.muted) options.notice(text);
      },
    );
  }

  push(source: TextSource, text: string): void {
    this.readers.push(source, text, this.options.now());
  }

  /** Reads what an earlier core has told already: epochs and steps go on from there. */
  replay(lines: readonly LogLine[]): void {
    this.muted = true;
    for (const { source, text, atMs } of lines)
      if (source === 'stdout' || source === 'stderr') this.readers.push(source, `${text}\n`, atMs);
    this.muted = false;
  }

  /** The program has ended: tells what was held back. */
  end(): void {
    this.readers.end();
    this.flush();
  }

  private take({ name, step, value, atMs }: ScalarReading): void {
    const next = this.next.get(name) ?? 0;
    const stepOf = step ?? next;
    this.next.set(name, Math.max(next, stepOf + 1));
    if (this.muted) return;
    if (step !== null) this.step = step;
    let columns = this.curves.get(name);
    if (columns === undefined) this.curves.set(name, (columns = { step: [], atMs: [], value: [] }));
    columns.step.push(stepOf);
    columns.atMs.push(atMs ?? this.options.now());
    columns.value.push(value);
    this.readings += 1;
    if (this.readings >= READINGS_AT_ONCE) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), TELL_EVERY_MS);
  }

  /** Tells now what was read. @returns whether there was something */
  flush(): boolean {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.readings === 0) return false;
    const points = [...this.curves].map(([name, columns]) => this.thin(name, columns));
    this.curves = new Map();
    this.readings = 0;
    this.options.tell(points, this.step);
    return true;
  }

  private thin(name: string, { step, atMs, value }: Columns): ScalarPoints {
    const every = Math.ceil(value.length / POINTS_AT_ONCE);
    if (every <= 1) return { name, step, atMs, value };
    if (!this.thinned) this.options.notice(`${name} comes faster than it is recorded: of its values only some are`);
    this.thinned = true;
    // The newest is among them: it is what the run is at.
    const isKept = (_: number, i: number): boolean => (value.length - 1 - i) % every === 0;
    return { name, step: step.filter(isKept), atMs: atMs.filter(isKept), value: value.filter(isKept) };
  }
}
