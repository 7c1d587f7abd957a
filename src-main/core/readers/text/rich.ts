import { isScalarName } from './names';
import { pairsOf } from './pairs';
import { ofUnit, type Line, type LineReader, type ReaderContext } from './line-reader';

/** `Epoch 2/9  ━━━━━━━╸━━━━ 12/20 0:00:01 • 0:00:03 50.87it/s v_num: 0.000 train_loss: 0.423` */
const BAR = /^(?<label>[^━╸╺]*?)\s*[━╸╺]{3,}[━╸╺\s]*?\s(?<done>\d+)\/(?<total>\d+|--|\?)\s+(?<rest>.*)$/u;
const EPOCH = /\bepoch\s+(\d+)/iu;
/** What does not fit beside the bar goes on below it, indented. */
const CONTINUED = /^\s{8,}[\p{L}_][\w./@-]*: /u;

interface Place {
  readonly step: number;
  readonly epoch: number | null;
}

/** Bars of rich.progress with counts and metrics beside them: Lightning's RichProgressBar, which it takes where rich is installed. */
export class RichReader implements LineReader {
  private last: Place | null = null;

  read({ text }: Line, context: ReaderContext): boolean {
    const groups = text.includes('━━') ? BAR.exec(text)?.groups : undefined;
    if (groups !== undefined) {
      const { label = '', done = '', total = '', rest = '' } = groups;
      const written = EPOCH.exec(label)?.[1];
      const epoch = written === undefined ? null : Number(written);
      const all = /^\d+$/.test(total) ? Number(total) : null;
      const key = `rich ${label.trim().replaceAll(/\d+/g, '#')}`;
      const step = context.position.clock.at(key, 'within', Number(done), epoch, all);
      context.position.bar(key, all, step);
      this.last = { step, epoch };
      this.tell(rest, context);
      return true;
    }
    if (this.last === null) return false;
    if (CONTINUED.test(text)) {
      this.tell(text, context);
      return true;
    }
    this.last = null;
    return false;
  }

  private tell(text: string, context: ReaderContext): void {
    if (this.last === null) return;
    const { step, epoch } = this.last;
    for (const { name, base, value, unit } of pairsOf(text)) if (isScalarName(base)) context.tell(name, step, value, epoch, ofUnit(unit));
  }
}
