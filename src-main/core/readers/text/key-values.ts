import { isMetricName, isScalarName } from './names';
import { pairsOf } from './pairs';
import { ofUnit, UNCOUNTED, type Line, type LineReader, type ReaderContext } from './line-reader';

/** "Epoch 3/10", "Epoch: [0]", "epoch=3", "ep 3". */
const EPOCH = /\b(?:epochs?|ep)\b[\s:=#]*\[?\s*(\d+)\b(?:\s*\/\s*(\d+))?/i;
/** Counters that go on over epochs, mostly. */
const STEP =
  /\b(?:global[_ ]step|num[_ ]updates|steps?|iter(?:ation)?s?|it|updates?)\b[\s:=#]*\[?\s*([1-9]\d{0,2}(?:,\d{3})+(?!,?\d)|\d+)\b(?:\s*\/\s*([\d,]*\d))?/i;
/** Counters within an epoch. */
const BATCH = /\bbatch(?:es)?\b[\s:=#]*\[?\s*(\d+)\b(?:\s*\/\s*(\d+))?|\[\s*(\d+)\/(\d+)(?:\s*\(\s*\d+\s*%\s*\))?\s*\]/i;
/** Characters of a line that is a heading, and of what may stand around its epoch. */
const HEADING_MAX = 80;
const HEADING_MARKS = 24;
/** Longer lines are no progress; what they hold is not looked for. */
const LINE_MAX = 2_000;

/** `key=value` and `key: value` with steps and epochs, as people print by hand. Times, dates, versions, addresses, sizes are none of it. */
export class KeyValueReader implements LineReader {
  read({ text }: Line, context: ReaderContext): boolean {
    if (text.length > LINE_MAX || !mayHoldNumber(text)) return false;
    const pairs = pairsOf(text);
    const named = pairs.length === 0 ? pairs : pairs.filter(({ base }) => isScalarName(base));
    const isHeading = named.length === 0 && text.length <= HEADING_MAX;
    if (named.length === 0 && !isHeading) return false;
    const [epochAll, epochText, epochsText] = (/\bep/i.test(text) && EPOCH.exec(text)) || [];
    const epoch = epochText === undefined ? null : Number(epochText);
    if (isHeading) {
      // Nothing but the epoch, with what marks it.
      if (epoch === null || epochAll === undefined || text.length > epochAll.length + HEADING_MARKS) return false;
      context.position.heading(epoch, epochsText === undefined ? null : Number(epochsText));
      return true;
    }
    const step = stepOf(text, epoch, context);
    const hasPosition = step !== null || epoch !== null;
    const told = hasPosition ? named : named.filter(({ base }) => isMetricName(base));
    if (epoch !== null && told.length > 0) context.position.epoch = epoch;
    const written = epoch ?? context.position.epoch;
    if (step !== null) context.position.counted = step;
    for (const { name, value, unit } of told) {
      const at = step ?? context.position.placeOf(name, epoch);
      if (at === null) context.notice(UNCOUNTED);
      context.tell(name, at, value, written, ofUnit(unit));
    }
    return told.length > 0;
  }
}

/** Most lines of a log have no number behind a sign; they are passed by after one look. */
function mayHoldNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) return true;
  }
  return /(?:nan|inf)\b/i.test(text);
}

/** `1,000` is a thousand. */
const count = (text: string): number => Number(text.replaceAll(',', ''));

function stepOf(text: string, epoch: number | null, { position }: ReaderContext): number | null {
  const [, step, steps] = STEP.exec(text) ?? [];
  if (step !== undefined)
    return position.clock.at(
      'step',
      steps === undefined ? 'global' : 'within',
      count(step),
      epoch,
      steps === undefined ? null : count(steps),
    );
  const [, batch, batches, bracket, ofBracket] = BATCH.exec(text) ?? [];
  const within = batch ?? bracket;
  if (within === undefined) return null;
  const total = batches ?? ofBracket;
  // Counters of training and validation are different ones.
  const part = /\b(?:val(?:id(?:ation)?)?|test|eval)\b/i.test(text) ? 'val' : 'train';
  return position.clock.at(`batch ${part}`, 'within', Number(within), epoch ?? position.epoch, total === undefined ? null : Number(total));
}
