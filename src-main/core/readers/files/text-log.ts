import { TextDecoder } from 'node:util';
import type { MarkRule } from '@shared/model/mark';
import { TextReaders } from '../text';
import type { FileContext, FileFormat, FoundFile, OpenFormat } from './file-format';

const UTF16_LE = [0xff, 0xfe] as const;

/** What a program printed, kept in a file: read as its outputs are, and by what a person marked in its lines. */
export const textLogsWith = (rules: readonly MarkRule[]): FileFormat => ({
  id: 'text',
  isFallback: true,
  matches: isLog,
  recognizes: (head) => isUtf16(head) || !head.includes(0),
  open: (context) => openTextLog(context, rules),
});

/** A framework's log of itself is no program's output. */
function isLog({ name, folder }: FoundFile): boolean {
  return /(?:\.(?:log|out|err|jsonl|ndjson)|log[^.]*\.txt)$/i.test(name) && !/(?:^|\/)wandb(?:\/|$)/.test(folder);
}

const isUtf16 = (head: Uint8Array): boolean => head[0] === UTF16_LE[0] && head[1] === UTF16_LE[1];

function openTextLog({ prefix, sink }: FileContext, rules: readonly MarkRule[]): OpenFormat {
  const make = (): TextReaders =>
    new TextReaders((reading) => sink.scalar(prefix === '' ? reading : { ...reading, name: prefix + reading.name }), sink.notice, rules);
  let readers = make();
  let decoder: TextDecoder | null = null;
  return {
    take(bytes, from, to) {
      // A shell of Windows writes what it is given as UTF-16.
      decoder ??= new TextDecoder(isUtf16(bytes.subarray(from, to)) ? 'utf-16le' : 'utf-8');
      readers.push('stdout', decoder.decode(bytes.subarray(from, to), { stream: true }), null);
      return to - from;
    },
    restart() {
      readers = make();
      decoder = null;
    },
    flush: () => readers.end(),
  };
}
