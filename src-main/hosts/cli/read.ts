import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@shared/contract/errors';
import { toScalarValue } from '@shared/model/curve';
import type { MarkRule } from '@shared/model/mark';
import type { FileFormat, FoundFile } from '../../core/readers/files/file-format';
import { fileFormatsWith } from '../../core/readers/files';
import type { FileParameter, FileSink } from '../../core/readers/files/file-sink';
import { RunFolderFiles } from '../../core/readers/files/folder';
import type { ScalarReading } from '../../core/readers/reading';
import { count } from './progress-line';
import { ReadingTable } from './reading-table';
import { onStopSignal } from './signals';
import type { Terminal } from './terminal';

export interface ReadRequest {
  /** Files and folders; `-` = standard input. */
  readonly files: readonly string[];
  readonly json: boolean;
  /** What is marked in the lines of texts. */
  readonly rules: readonly MarkRule[];
}

const STDIN = '-';
const HEAD_BYTES = 4096;
const NAMES_SHOWN = 12;

/** Prints the scalars of files and folders and keeps nothing. @returns 0, or 1 where one has none, 130 interrupted */
export async function readFiles({ files, json, rules }: ReadRequest, terminal: Terminal): Promise<number> {
  // Looked at before the first is read, which may take long.
  for (const file of files) if (file !== STDIN && !existsSync(file)) throw new AppError('not-found', `There is no file ${resolve(file)}.`);
  const abort = new AbortController();
  const signals = onStopSignal(() => abort.abort());
  const table = new ReadingTable();
  let isWhole = true;
  try {
    for (const file of files) {
      const source = files.length > 1 ? file : null;
      const print = json ? new JsonPrinter(terminal) : null;
      const take = (reading: ScalarReading, within: string | null): void => {
        if (print === null) table.add(source, reading);
        else print.add(reading, source === null || within === null ? (source ?? within) : join(source, within));
      };
      const found = await readOne(
        file,
        fileFormatsWith(rules),
        terminal,
        take,
        async () => {
          await print?.flush();
          if (terminal.isLeft) abort.abort();
        },
        abort.signal,
      );
      await print?.flush();
      if (abort.signal.aborted) return terminal.isLeft ? 0 : 130;
      if (found === 0) terminal.note(`${file}: no scalar was found.`);
      isWhole &&= found > 0;
    }
  } finally {
    signals.dispose();
  }
  for (const line of table.lines()) terminal.line(line);
  return isWhole ? 0 : 1;
}

/**
 * @param take is told the file below the folder, where there are several
 * @returns how many scalars there were
 */
async function readOne(
  file: string,
  formats: readonly FileFormat[],
  terminal: Terminal,
  take: (reading: ScalarReading, within: string | null) => void,
  between: () => Promise<void>,
  signal: AbortSignal,
): Promise<number> {
  let found = 0;
  const parameters = new Map<string, FileParameter>();
  const others = new Map<string, string>();
  const sink: FileSink = {
    scalar(reading) {
      found++;
      const { current, files } = reader;
      take(reading, current === null || files.length < 2 ? null : join(current.folder, current.name));
    },
    parameter: (name, value) => void parameters.set(name, value),
    other: (name, kind) => void others.set(name, kind),
    notice: (text) => terminal.note(text),
  };
  const isFolder = file !== STDIN && (await stat(file)).isDirectory();
  const reader = new RunFolderFiles({ root: isFolder ? file : null, formats, sink });
  if (file === STDIN) await withStandardInput((path) => look(path));
  else await look(file);
  if (parameters.size > 0) terminal.note(`Parameters: ${shown([...parameters], ([name, value]) => `${name} = ${value}`)}`);
  if (others.size > 0) terminal.note(`Not scalars, passed: ${shown([...others], ([name, kind]) => `${name} (${kind})`)}`);
  return found;

  async function look(path: string): Promise<void> {
    if (!isFolder) {
      const named = { path: resolve(path), folder: '', name: file === STDIN ? 'standard input' : basename(path), isNamed: true };
      const format = formatOf(formats, named, await headOf(path));
      if (format === undefined) terminal.note(`${file} is neither text nor a kind of file that is known.`);
      reader.add(named, format);
    }
    await reader.look({ isEnd: true, signal, between });
  }
}

/** By its name, as a damaged file has nothing else; then by how it begins. */
function formatOf(formats: readonly FileFormat[], file: FoundFile, head: Buffer): FileFormat | undefined {
  return formats.find((each) => each.isFallback !== true && each.matches(file)) ?? formats.find((each) => each.recognizes(head));
}

/** Which kind it is shows only with its beginning, and some are read by place: it goes through a file that nobody else reads. */
async function withStandardInput(work: (path: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-read-'));
  try {
    const path = join(dir, 'input');
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
    await work(path);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function shown<T>(all: readonly T[], text: (each: T) => string): string {
  const more = all.length > NAMES_SHOWN ? `, … (${count(all.length, 'name')} in all)` : '';
  return `${all.slice(0, NAMES_SHOWN).map(text).join(', ')}${more}`;
}

/** Lines of JSON, written part by part, so that a slow reader holds up the files and not the memory. */
class JsonPrinter {
  private lines: string[] = [];

  constructor(private readonly terminal: Terminal) {}

  add({ name, step, value, atMs, epoch, unit }: ScalarReading, file: string | null): void {
    // What JSON leaves out where it is undefined.
    const line = { name, step, value: toScalarValue(value), atMs, epoch, unit, ...(file === null ? {} : { file }) };
    this.lines.push(JSON.stringify(line));
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return;
    this.terminal.line(this.lines.join('\n'));
    this.lines = [];
    await this.terminal.drained();
  }
}
