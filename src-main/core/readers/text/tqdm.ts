import { isScalarName } from './names';
import { scaledNumber, wholeNumberText } from './numbers';
import { ofUnit, type Line, type LineReader, type ReaderContext } from './line-reader';

const COUNT = String.raw`\d+(?:\.\d+)?[kMGT]?`;
/** What follows the share of `Epoch 0:   9%|▊         | 3/35 [00:14<02:29,  4.68s/it, loss=10.122]`; the bar may hold any letters but "|". */
const BAR = new RegExp(String.raw`%\|[^|]*\|\s*(${COUNT})/(${COUNT})\s+\[([^\]]*)\](.*)$`, 'uy');
/** `12it [00:05,  2.37it/s]`: nobody knows how many there will be. */
const OPEN = new RegExp(String.raw`(?<=^|\s)(?<done>${COUNT})\s?\p{L}+\s+\[(?<inside>\d[^\]]*)\](?<after>.*)$`, 'u');
/** Longer lines are no bars. */
const LINE_MAX = 2_000;
const EPOCH = /\bepochs?\b[\s:#[]*(\d+)/iu;

/** Bars of tqdm (tqdm/std.py), and of what prints with it: Lightning, Hugging Face, Ultralytics. What stands in a bar's postfix is a scalar. */
export class TqdmReader implements LineReader {
  /** A bar is drawn again and again with the same one. */
  private label = readLabel('');

  read({ text }: Line, context: ReaderContext): boolean {
    if (text.length > LINE_MAX || !text.includes('[')) return false;
    const share = text.indexOf('%|');
    if (share < 0) return this.open(text, context);
    BAR.lastIndex = share;
    const [, done = '', total = '', inside = '', after = ''] = BAR.exec(text) ?? [];
    if (done === '') return false;
    let digits = share;
    while (digits > 0 && isDigit(text.charCodeAt(digits - 1))) digits -= 1;
    if (digits === share) return false;
    this.bar(labelOf(text.slice(0, digits)), scaledNumber(done), scaledNumber(total), inside + after, context);
    return true;
  }

  private open(text: string, context: ReaderContext): boolean {
    const found = OPEN.exec(text);
    const { done = '', inside = '', after = '' } = found?.groups ?? {};
    // Both its counters are times; any other text in brackets is a log line.
    if (found === null || !/^[\d:]+(?:,|<)/.test(inside)) return false;
    const before = text.slice(0, found.index).trim();
    // "Epoch 26: : 632it": what a bar stands behind is its label, with a colon.
    if (before !== '' && !before.endsWith(':')) return false;
    this.bar(labelOf(before), scaledNumber(done), null, inside + after, context);
    return true;
  }

  private bar(label: string, done: number, total: number | null, inside: string, context: ReaderContext): void {
    if (label !== this.label.text) this.label = readLabel(label);
    const { epoch: ofBar, isOfEpochs } = this.label;
    const { position } = context;
    if (isOfEpochs) {
      position.epoch = done;
      position.epochs = total;
    }
    // Bars without a label differ by how far they go.
    const key = label === '' ? `${this.label.key} ${total}` : this.label.key;
    const step = position.clock.at(key, 'within', done, ofBar, total);
    position.bar(key, total, step);
    const epoch = ofBar ?? (isOfEpochs ? null : position.epoch);
    tellPostfix(inside, step, epoch, context);
  }
}

interface Label {
  readonly text: string;
  readonly key: string;
  readonly epoch: number | null;
  /** The bar itself counts epochs. */
  readonly isOfEpochs: boolean;
}

function readLabel(text: string): Label {
  const written = EPOCH.exec(text)?.[1];
  return {
    text,
    key: `tqdm ${text.replaceAll(/\d+/g, '#')}`,
    epoch: written === undefined ? null : Number(written),
    isOfEpochs: written === undefined && /\bepochs?\b/iu.test(text),
  };
}

function labelOf(before: string): string {
  return before.trim().replace(/[\s:]+$/, '');
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `00:14<02:29,  4.68s/it, loss=10.122, v_num=193413`: times and rate first, in no pair. */
function tellPostfix(inside: string, step: number, epoch: number | null, context: ReaderContext): void {
  for (const part of inside.split(/,\s+|\s{2,}/)) {
    const equals = part.search(/[=:]\s*[-+.\dni]/i);
    if (equals <= 0) continue;
    const name = part.slice(0, equals).trim();
    const text = part.slice(equals + 1).trim();
    const isPercent = text.endsWith('%');
    const value = wholeNumberText(isPercent ? text.slice(0, -1) : text);
    if (value !== null && isScalarName(name)) context.tell(name, step, value, epoch, ofUnit(isPercent ? '%' : null));
  }
}
