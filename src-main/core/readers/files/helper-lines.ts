import { scalarName } from '../scalar-name';
import type { FileContext, FileFormat, OpenFormat } from './file-format';

/** What the helper on Python's path writes: `{"n": {"loss": 0.5}, "s": 12, "e": 1, "t": 1700000000000}`, a line each time. */
export const helperLines: FileFormat = {
  id: 'helper',
  matches: ({ name }) => name.endsWith('.jsonl'),
  // Never a file of a person's: it lies in the run's own folder.
  recognizes: () => false,
  open: (context) => openHelperLines(context),
};

const LF = 0x0a;
/** Longer is no line of the helper's, bytes. */
const MAX_LINE_BYTES = 256 * 1024;

function openHelperLines({ sink }: FileContext): OpenFormat {
  return {
    take(bytes, from, to) {
      const end = bytes.subarray(from, to).lastIndexOf(LF) + from + 1;
      if (end === from) return to - from > MAX_LINE_BYTES ? to - from : 0;
      for (const line of bytes.toString('utf8', from, end).split('\n')) if (line !== '') tell(line, sink);
      return end - from;
    },
    restart: () => undefined,
    flush: () => undefined,
  };
}

function tell(line: string, sink: FileContext['sink']): void {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    // Another version's, or cut by a full disk: the next one is whole again.
    return;
  }
  const { n, s, e, t } = (told ?? {}) as Partial<Record<'n' | 's' | 'e' | 't', unknown>>;
  if (typeof n !== 'object' || n === null) return;
  const step = Number.isSafeInteger(s) && (s as number) >= 0 ? (s as number) : null;
  const epoch = typeof e === 'number' ? { epoch: e } : {};
  const atMs = typeof t === 'number' && Number.isFinite(t) ? Math.round(t) : null;
  for (const [given, value] of Object.entries(n)) {
    const name = scalarName(given);
    // JSON has no NaN and no infinity: they come as words.
    const number =
      typeof value === 'number'
        ? value
        : value === 'NaN'
          ? NaN
          : value === 'Infinity'
            ? Infinity
            : value === '-Infinity'
              ? -Infinity
              : null;
    if (name !== '' && number !== null) sink.scalar({ name, step, ...epoch, value: number, atMs });
  }
}
