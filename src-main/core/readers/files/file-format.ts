import type { FileSink } from './file-sink';
import type { ByteTaker } from './growing-file';

/** A file that was found in a folder. */
export interface FoundFile {
  readonly path: string;
  /** Its folder below the root, with `/`; empty = the root. */
  readonly folder: string;
  readonly name: string;
  /** A person named it; others were found. */
  readonly isNamed?: boolean;
}

/** What stands behind the files of one folder tree. */
export interface FileContext {
  /** What the file is called in notices. */
  readonly label: string;
  /** What its names begin with: `train/`, or nothing. */
  readonly prefix: string;
  readonly sink: FileSink;
  /** What all files with this prefix share; made once. */
  shared<T extends object>(format: FileFormat, make: () => T): T;
}

export interface OpenFormat extends ByteTaker {
  /** No more will come for now: what waited for what follows is told. */
  flush(): void;
}

/** One kind of file that tells scalars. */
export interface FileFormat {
  readonly id: 'tensorboard' | 'csv' | 'wandb' | 'mlflow' | 'text' | 'helper';
  /** Read only where no other format has the scalars: a program prints what it also writes. */
  readonly isFallback?: boolean;
  /** How a fallback is read where another format has the scalars; left out = it is not. */
  readonly beside?: FileFormat;
  /** Whether a file in a folder is of it, by its name and where it lies. */
  matches(file: FoundFile): boolean;
  /** Whether a file that a person named is of it, by its first bytes. */
  recognizes(head: Buffer): boolean;
  open(context: FileContext, file: FoundFile): OpenFormat;
}
