import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '@shared/model/run-log';
import type { TextLog } from './text-log-list';

const CHUNK_BYTES = 256 * 1024;
/** Characters of one line; of a longer one the end is kept, where a bar stands. */
const LINE_MAX = 16 * 1024;

/**
 * The lines of a text log, numbered from 1, those of before this run too: the steps of what follows may count on from them. Their time
 * is that at which the file was written last. None of a file that is gone, or cannot be read any more.
 */
export async function* textLines(
  { path, from, to }: TextLog,
  shown: (text: string) => string,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly lines: readonly LogLine[]; readonly isBefore: boolean }> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return;
  try {
    const atMs = Math.round((await file.stat()).mtimeMs);
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let [at, seq, held] = [0, 0, ''];
    while (at < to) {
      signal?.throwIfAborted();
      const edge = at < from ? from : to;
      const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, edge - at), at);
      if (bytesRead === 0) break;
      const isBefore = at + bytesRead <= from;
      at += bytesRead;
      const texts = (held + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      held = (texts.pop() ?? '').slice(-LINE_MAX);
      yield { lines: texts.map((text) => ({ seq: ++seq, atMs, source: 'stdout', text: shown(text.slice(-LINE_MAX)) })), isBefore };
    }
    if (held !== '') yield { lines: [{ seq: ++seq, atMs, source: 'stdout', text: shown(held) }], isBefore: false };
  } finally {
    await file.close();
  }
}
