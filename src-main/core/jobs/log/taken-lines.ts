import type { LogLine, RunLogQuery } from '@shared/model/run-log';

/** Characters of one answer, about. */
const ANSWER_MAX = 1024 * 1024;

/** The lines of an answer, up to its bounds. */
export class TakenLines {
  private readonly lines: LogLine[] = [];
  private length = 0;
  private full = false;
  private reached = false;
  private readonly text: string | null;

  constructor(private readonly query: RunLogQuery) {
    this.text = query.text?.toLowerCase() ?? null;
  }

  /** @returns whether more is wanted */
  add(lines: readonly LogLine[], backward: boolean): boolean {
    const wanted = lines.filter((line) => this.isWanted(line));
    if (backward) wanted.reverse();
    for (const line of wanted) {
      if (this.lines.length >= this.query.limit || (this.length > ANSWER_MAX && this.lines.length > 0)) {
        this.full = true;
        return false;
      }
      this.lines.push(line);
      this.length += line.text.length;
    }
    return true;
  }

  inOrder(backward: boolean): LogLine[] {
    return backward ? [...this.lines].reverse() : this.lines;
  }

  /** The last one taken is the farthest in the direction asked. */
  next(backward: boolean): number | null {
    const last = this.lines.at(-1);
    if (!this.full || last === undefined) return null;
    return backward ? last.seq : last.seq + 1;
  }

  private isWanted({ seq, atMs, text }: LogLine): boolean {
    const { fromLine, fromMs, beforeLine } = this.query;
    if (fromLine !== undefined && seq < fromLine) return false;
    if (beforeLine !== undefined && seq >= beforeLine) return false;
    // From the first line of that time on; where the clock was set back later, those lines belong to it.
    if (fromMs !== undefined && !this.reached && atMs < fromMs) return false;
    this.reached = true;
    return this.text === null || text.toLowerCase().includes(this.text);
  }
}
