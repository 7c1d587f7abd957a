import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { DatasetSource } from '@shared/model/dataset';
import type { DataReadOptions } from '@shared/model/dataset-import';
import { message } from '@shared/text/message';
import { folderError } from '../store/file/errors';
import type { DataFormat, DataSource, SourceFile } from './formats/format';
import { dataFormats } from './formats/index';

/** Files of one folder: more is no data set of this size of program. */
const MAX_FILES = 500_000;
const MAX_DEPTH = 8;

/** What lies at a path. Links are not followed: they may lead anywhere. @throws {AppError} `not-found`, `storage-failed` */
export function openSource(path: string): DataSource {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new AppError('not-found', message('message.data.noPath', { path }));
  const name = basename(path);
  if (!stat.isDirectory()) return { name, isFolder: false, files: [{ path, name, bytes: stat.size }] };
  const files: SourceFile[] = [];
  try {
    collect(path, '', 0, files);
  } catch (error) {
    throw folderError(error, path);
  }
  return { name, isFolder: true, files: files.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function collect(folder: string, prefix: string, depth: number, files: SourceFile[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (isWanted(entry, depth)) collect(path, `${name}/`, depth + 1, files);
    else if (entry.isFile() && files.length < MAX_FILES) files.push({ path, name, bytes: statSync(path).size });
  }
}

const isWanted = (entry: Dirent, depth: number): boolean => entry.isDirectory() && depth < MAX_DEPTH && !entry.name.startsWith('.');

/** The format of a source. @throws {AppError} `invalid-input` where nothing shows it */
export function formatOf(source: DataSource, { format }: DataReadOptions): DataFormat {
  if (format !== null) {
    const named = dataFormats.find(({ id }) => id === format);
    if (named !== undefined) return named;
  }
  const [best] = [...dataFormats].sort((a, b) => b.detect(source) - a.detect(source));
  if (best !== undefined && best.detect(source) > 0) return best;
  const formats = dataFormats.map(({ id }) => id).join(', ');
  throw new AppError('invalid-input', message('message.data.noFormat', { path: source.name, formats }));
}

/** The source's bytes as one hash. @param told how many bytes were read so far */
export async function describeSource(
  source: DataSource,
  format: DataFormat['id'],
  told: (doneBytes: number) => void,
): Promise<DatasetSource> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const { path } of source.files)
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      told(bytes);
    }
  return { name: source.name.slice(0, 400), format, files: source.files.length, bytes, sha256: hash.digest('hex') };
}
