import { tellRecord } from './record';
import type { Line, LineReader, ReaderContext } from './line-reader';

/** One entry: a quoted key, and a value that is quoted, typed (`np.float64(0.5)`, `tensor(0.5)`) or bare. */
const ENTRY = /(['"])((?:(?!\1)[^\\])*)\1\s*:\s*('[^']*'|"[^"]*"|[\w.]+\([^)]*\)|\[[^\]]*\]|[^,{}]+)/g;

/** Dictionaries as Python prints them: Hugging Face's Trainer (4 and 5), and `print(metrics)` of anybody. They are no JSON. */
export class PythonDictReader implements LineReader {
  read({ text }: Line, context: ReaderContext): boolean {
    if (!text.includes('{')) return false;
    const open = text.indexOf("{'");
    const from = open < 0 ? text.indexOf('{"') : open;
    if (from < 0 || !text.trimEnd().endsWith('}')) return false;
    const entries = [...text.slice(from + 1).matchAll(ENTRY)].map(([, , key = '', value = '']) => [key, value.trim()] as const);
    if (entries.length === 0) return false;
    tellRecord(Object.fromEntries(entries), context, { believe: open === 0 || from === 0 });
    return true;
  }
}
