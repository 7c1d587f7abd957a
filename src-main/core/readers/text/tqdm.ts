import { isScalarName } from './names';
import { scaledNumber, wholeNumberText } from './numbers';
import type { Line, LineReader, ReaderContext } from './line-reader';

const COUNT = String.raw`\d+(?:\.\d+)?[kMGT]?`;
/** `Epoch 0:   9%|▊         | 3/35 [00:14<02:29,  4.68s/it, loss=10.122]`; the bar itself may hold any letters but "|". */
const BAR = new RegExp(
  String.raw`^(?:(?<label>.*?)\s*:\s+|\s*)(?<share>\d{1,3})%\|[^|]*\|\s*(?<done>${COUNT})/(?<total>${COUNT})\s+\[(?<inside>[^\]]*)\](?<after>.*)$`,
  'u',
);
/** `12it [00:05,  2.37it/s]`: nobody knows how many there will be. */
const OPEN = new RegExp(String.raw`^(?:(?<label>.*?)\s*:\s+|\s*)(?<done>${COUNT})\s?[\p{L}]+\s+\[(?<inside>\d[^\]]*)\](?<after>.*)$`, 'u');
const EPOCH = /\bepochs?\b[\s:#[]*(\d+)/iu;

/** Bars of tqdm (tqdm/std.py), and of what prints with it: Lightning, Hugging Face, Ultralytics. What stands in a bar's postfix is a scalar. */
export class TqdmReader implements LineReader {
  read({ text }: Line, context: ReaderContext): boolean {
    if (!text.includes('[')) return false;
    const groups = (text.includes('%|') ? BAR : OPEN).exec(text)?.groups;
    if (groups === undefined) return false;
    const { label = '', done = '', total, inside = '', after = '' } = groups;
    // Both counters of an open bar are times; any other text in brackets is a log line.
    if (total === undefined && !/^[\d:]+(?:,|<)/.test(inside)) return false;
    this.bar(
      label.trim().replace(/:+$/, ''),
      scaledNumber(done),
      total === undefined ? null : scaledNumber(total),
      inside + after,
      context,
    );
    return true;
  }

  private bar(label: string, done: number, total: number | null, inside: string, context: ReaderContext): void {
    const written = EPOCH.exec(label)?.[1];
    const isOfEpochs = written === undefined && /\bepochs?\b/iu.test(label);
    const { position } = context;
    if (isOfEpochs) {
      position.epoch = done;
      position.epochs = total;
    }
    // Bars without a label differ by how far they go.
    const key = `tqdm ${label.replaceAll(/\d+/g, '#')} ${label === '' ? total : ''}`;
    const ofBar = written === undefined ? null : Number(written);
    const step = position.clock.at(key, 'within', done, ofBar, total);
    position.bar(key, total, step);
    const epoch = ofBar ?? (isOfEpochs ? null : position.epoch);
    for (const [name, value, unit] of postfix(inside))
      context.tell({ name, step, value, ...(epoch === null ? {} : { epoch }), ...(unit === null ? {} : { unit }) });
  }
}

/** `00:14<02:29,  4.68s/it, loss=10.122, v_num=193413`: times and rate first, in no pair. */
function* postfix(inside: string): Generator<readonly [name: string, value: number, unit: string | null]> {
  for (const part of inside.split(/,\s+|\s{2,}/)) {
    const equals = part.search(/[=:]\s*[-+.\dni]/i);
    if (equals <= 0) continue;
    const name = part.slice(0, equals).trim();
    const text = part.slice(equals + 1).trim();
    const isPercent = text.endsWith('%');
    const value = wholeNumberText(isPercent ? text.slice(0, -1) : text);
    if (value !== null && isScalarName(name)) yield [name, value, isPercent ? '%' : null];
  }
}
