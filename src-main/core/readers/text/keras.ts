import { RUNNING_MEAN } from '@shared/model/scalars';
import { nameAt, remembered } from './names';
import { numberAt } from './numbers';
import type { Line, LineReader, ReaderContext } from './line-reader';

const BEGINS_WITH_COUNT = /^\s*\d/;
/** `938/938`, `938/Unknown` and what follows. */
const COUNT = /^\s*(\d+)\/(\d+|Unknown)\s+(.*)$/;
/** A bar of Keras 2 (`[=====>....]`), of Keras 3 (`━━━━`, `----` where the terminal has no such letter), `- 3s` of verbose=2, or none. */
const BAR = /^(?:\[[=>.\s]*\]|[━─]+|- (?=[\d.]+(?:m?s|us))|(?=[\d.]+(?:m?s|us) [\d.]+(?:m?s|us)\/(?:step|sample|epoch)))/u;
/** `3s 3ms/step`, `ETA: 1:10`, `0s`, `3s 27us/sample`. */
const TIMES =
  /^(?:ETA: [\d:]+s?|[\d:.]+(?:s|ms|us|h|min)?(?: [\d.]+(?:s|ms|us)\/(?:step|sample|epoch))?|[\d.]+(?:s|ms|us)\/(?:step|sample|epoch))$/;
const MAY_BE_TIMES = /^[\d.:E]/;
const HEADING = /^Epoch (\d+)\/(\d+)\s*$/;

const runningMeanOf = remembered((name) => `${name}${RUNNING_MEAN}`);

interface EpochEnd {
  readonly step: number;
  readonly total: number | null;
  readonly epoch: number | null;
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Progress lines of Keras 2 and 3 (keras/src/utils/progbar.py). Within an epoch its numbers are means over the epoch so far, told as
 * `NAME (running mean)`; an epoch's own numbers stand in the last line of it, which comes twice, the second time with those of the
 * validation. A bar after the end of an epoch, without a heading of its own, is that of `evaluate` or `predict`.
 */
export class KerasReader implements LineReader {
  private epoch: number | null = null;
  /** The numbers at the end of an epoch, until it is sure that none follow. */
  private held: EpochEnd | null = null;
  /** The epoch of the heading has been told: what comes now is an evaluation. */
  private epochOver = false;

  read({ text }: Line, context: ReaderContext): boolean {
    if (text.startsWith('Epoch ')) return this.heading(text, context);
    if (!BEGINS_WITH_COUNT.test(text)) return false;
    const [, done = '', total = '', rest = ''] = COUNT.exec(text) ?? [];
    const bar = BAR.exec(rest)?.[0];
    if (bar === undefined) return false;
    this.progress(Number(done), total === 'Unknown' ? null : Number(total), rest.slice(bar.length), bar.startsWith('- '), context);
    return true;
  }

  end(context: ReaderContext): void {
    this.release(context);
  }

  private heading(text: string, context: ReaderContext): boolean {
    const [, epoch, epochs] = HEADING.exec(text) ?? [];
    if (epoch === undefined) return false;
    this.release(context);
    this.epoch = Number(epoch);
    this.epochOver = false;
    context.position.heading(this.epoch, Number(epochs));
    return true;
  }

  private progress(done: number, total: number | null, rest: string, isWholeEpoch: boolean, context: ReaderContext): void {
    const values = valuesOf(rest);
    const ended = isWholeEpoch || done === total;
    // Another bar has begun without a heading: the epoch is over, though nothing has told so.
    if (this.held !== null && (!ended || this.held.total !== total)) this.release(context);
    if (this.epochOver && this.held === null) return this.evaluation(done, total, values, context);
    const step = context.position.clock.at('keras', 'within', done, null, total);
    if (!ended) {
      context.position.bar('keras', total, step);
      const { epoch } = this;
      for (const [name, value] of values) context.tell(runningMeanOf(name), step, value, epoch);
      return;
    }
    const second = this.held !== null;
    this.held = { step, total, epoch: this.epoch, values: new Map([...(this.held?.values ?? []), ...values]) };
    if (second || isWholeEpoch || [...values.keys()].some((name) => name.startsWith('val_'))) this.release(context);
  }

  /** Tells of an evaluation what stands in its last line. */
  private evaluation(done: number, total: number | null, values: ReadonlyMap<string, number>, context: ReaderContext): void {
    if (done !== total) return;
    const step = context.position.barStep;
    for (const [name, value] of values) context.tell(`evaluate/${name}`, step, value, null);
  }

  private release(context: ReaderContext): void {
    const { held } = this;
    this.held = null;
    if (held === null) return;
    this.epochOver = true;
    context.position.bar('keras', held.total, held.step);
    for (const [name, value] of held.values) context.tell(name, held.step, value, held.epoch);
  }
}

/** Without cutting the line into parts first, which took most of the reading of a bar. */
function valuesOf(rest: string): Map<string, number> {
  const values = new Map<string, number>();
  for (let next = 0, end; next < rest.length; next = end + 3) {
    end = rest.indexOf(' - ', next);
    if (end < 0) end = rest.length;
    let [from, to] = [next, end];
    while (from < to && rest.charCodeAt(from) <= 32) from += 1;
    while (to > from && rest.charCodeAt(to - 1) <= 32) to -= 1;
    if (rest.startsWith('- ', from)) from += 2;
    const colon = rest.lastIndexOf(': ', to - 2);
    if (colon <= from || (MAY_BE_TIMES.test(rest.charAt(from)) && TIMES.test(rest.slice(from, to)))) continue;
    let number = colon + 2;
    while (number < to && rest.charCodeAt(number) <= 32) number += 1;
    const found = numberAt(rest, number);
    if (found?.end === to) values.set(nameAt(rest, from, colon).trim(), found.value);
  }
  return values;
}
