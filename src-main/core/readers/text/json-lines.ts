import { tellRecord } from './record';
import type { Line, LineReader, ReaderContext } from './line-reader';

/** A JSON object a line: JSON logs of any trainer (fairseq, Detectron2, MMEngine, Axolotl). */
export class JsonLinesReader implements LineReader {
  read({ text }: Line, context: ReaderContext): boolean {
    // One character is found faster than two.
    const open = text.indexOf('{');
    const from = open < 0 ? -1 : text.indexOf('{"', open);
    if (from < 0) return false;
    const end = text.trimEnd();
    if (!end.endsWith('}')) return false;
    let record: unknown;
    try {
      record = JSON.parse(from === 0 ? end : end.slice(from));
    } catch {
      return false;
    }
    if (typeof record !== 'object' || record === null) return false;
    tellRecord(record, context, { believe: false });
    return true;
  }
}
