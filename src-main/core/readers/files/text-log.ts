import { TextDecoder } from 'node:util';
import type { MarkRule } from '@shared/model/mark';
import { TextReaders } from '../text';
import { writerPrefix } from '../text/writers';
import type { FileContext, FileFormat, FoundFile, OpenFormat } from './file-format';

const UTF16_LE = [0xff, 0xfe] as const;
/** Of a log that is watched while it grows; a longer one is data, or no person reads it. */
export const LIVE_LOG_BYTES = 128 * 1024 * 1024;

interface TextOptions {
  /** Only what a person marked is told. */
  readonly isMarkedOnly?: boolean;
  /** It grows, and is one of many files of a program that runs. */
  readonly isLive?: boolean;
}

/** What a program printed, kept in a file: read as its outputs are, and by what a person marked in its lines. */
export const textLogsWith = (rules: readonly MarkRule[]): FileFormat => ({
  ...textFormat(rules, {}),
  isFallback: true,
  ...(rules.length === 0 ? {} : { beside: textFormat(rules, { isMarkedOnly: true }) }),
});

/** The text logs that a program writes while it runs. A name that is marked is the same in each of them. */
export const liveTextLogsWith = (rules: readonly MarkRule[]): FileFormat => ({
  ...textFormat(rules, { isLive: true }),
  matches: (file) => isLog(file) || (/\.txt$/i.test(file.name) && isOutput(file)),
});

const textFormat = (rules: readonly MarkRule[], options: TextOptions): FileFormat => ({
  id: 'text',
  matches: isLog,
  recognizes: isText,
  open: (context, { name }) => openTextLog({ ...context, prefix: context.prefix + writerPrefix(name) }, rules, options),
});

const isLog = (file: FoundFile): boolean => /(?:\.(?:log|out|err|jsonl|ndjson)|log[^.]*\.txt)$/i.test(file.name) && isOutput(file);

/** A framework's log of itself is no program's output. */
const isOutput = ({ folder }: FoundFile): boolean => !/(?:^|\/)wandb(?:\/|$)/.test(folder);

const isUtf16 = (head: Uint8Array): boolean => head[0] === UTF16_LE[0] && head[1] === UTF16_LE[1];

const isText = (head: Buffer): boolean => isUtf16(head) || !head.includes(0);

function openTextLog(
  { label, prefix, sink }: FileContext,
  rules: readonly MarkRule[],
  { isMarkedOnly = false, isLive = false }: TextOptions,
): OpenFormat {
  const make = (): TextReaders =>
    new TextReaders(
      (reading) => {
        if (isMarkedOnly && reading.isMarked !== true) return;
        sink.scalar(prefix === '' || (isLive && reading.isMarked === true) ? reading : { ...reading, name: prefix + reading.name });
      },
      sink.notice,
      rules,
    );
  let readers = make();
  let decoder: TextDecoder | null = null;
  let taken = 0;
  let isForeign = false;
  return {
    get isForeign() {
      return isForeign;
    },
    take(bytes, from, to) {
      const head = bytes.subarray(from, to);
      if (decoder === null && !isText(head)) {
        isForeign = true;
        return to - from;
      }
      // A shell of Windows writes what it is given as UTF-16.
      decoder ??= new TextDecoder(isUtf16(head) ? 'utf-16le' : 'utf-8');
      readers.push('stdout', decoder.decode(head, { stream: true }), null);
      taken += to - from;
      if (isLive && taken >= LIVE_LOG_BYTES) {
        isForeign = true;
        sink.notice(`${label} is longer than ${LIVE_LOG_BYTES / 1024 / 1024} MiB; what comes after that is not read.`);
      }
      return to - from;
    },
    restart() {
      readers = make();
      decoder = null;
      taken = 0;
      isForeign = false;
    },
    flush: () => readers.end(),
  };
}
