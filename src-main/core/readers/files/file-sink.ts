import type { NoticeSink, ReadingSink } from '../reading';

/** What a program was told to do, as its file says: `lr`, `model/depth`. */
export type FileParameter = string | number | boolean;

/** Takes what a file of a run tells, in the file's order. */
export interface FileSink {
  readonly scalar: ReadingSink;
  /** The last of a name holds. */
  parameter(name: string, value: FileParameter): void;
  /** Something that is no number over steps: an image, a histogram, a text. Told once a name and kind. */
  other(name: string, kind: string): void;
  readonly notice: NoticeSink;
}
