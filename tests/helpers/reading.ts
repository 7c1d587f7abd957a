import { LOCAL_NODE } from '@shared/model/device-tree';
import type { SeriesKey } from '@shared/model/series';
import { english, type Message } from '@shared/text/message';
import { detectFormat } from '../../src-main/core/transfer/formats';
import { SourceMachine } from '../../src-main/core/transfer/source-machine';
import type {
  FileHead,
  FormatReader,
  ReadOptions,
  RecordSink,
  SourceSeries,
  TransferFormat,
} from '../../src-main/core/transfer/formats/format';

export interface FoundSample {
  readonly key: SeriesKey;
  readonly atMs: number;
  /** NaN = asked and had none. */
  readonly value: number;
}

/** What a reader gives, looked at by no one: ranges and times are for whoever stores it. */
export class CollectedRecords implements RecordSink {
  readonly samples: FoundSample[] = [];
  readonly bad_: string[] = [];
  readonly passedOver: string[] = [];
  readonly sources: SourceSeries[] = [];
  private readonly keys: SeriesKey[] = [];

  series(key: SeriesKey, source: SourceSeries): number {
    this.sources.push(source);
    return this.keys.push(key) - 1;
  }

  sample(handle: number, atMs: number, value: number): void {
    this.samples.push({ key: this.keys[handle]!, atMs, value });
  }

  bad(problem: Message): void {
    this.bad_.push(english(problem));
  }

  unmapped(name: string): void {
    this.passedOver.push(name);
  }
}

export function headOf(text: string | Buffer): FileHead {
  const bytes = Buffer.from(text as string);
  return {
    bytes,
    isWhole: true,
    encoding: 'utf-8',
    lines: bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .split('\n')
      .map((line) => line.replace(/\r$/, '')),
  };
}

/** Reads a whole text in chunks of so many bytes, in the format that its beginning shows. */
export function readText(
  text: string | Buffer,
  over: Partial<ReadOptions> & { readonly chunk?: number; readonly format?: TransferFormat } = {},
): CollectedRecords & { readonly reader: FormatReader } {
  const { chunk = 1 << 20, format = detectFormat(headOf(text)), ...options } = over;
  const found = new CollectedRecords();
  const reader = format.open(headOf(text), {
    rules: [],
    timeColumn: null,
    from: null,
    modifiedMs: 1_795_000_000_000,
    nowMs: 1_795_600_000_000,
    // Recorded here: what another machine's files are named is tested by itself.
    machine: new SourceMachine({ machine: LOCAL_NODE, file: 'file/it', devices: [] }),
    ...options,
  });
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk), found);
  reader.end(found);
  return Object.assign(found, { reader });
}
