import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import type { DataSource, SourceFile } from './format';

/** The one file of a source. @throws {AppError} `invalid-input` for a folder */
export function singleFile({ files, isFolder }: DataSource, endings: readonly string[]): SourceFile {
  const [file] = files;
  if (isFolder || file === undefined) throw new AppError('invalid-input', message('message.data.noFiles', { endings: endings.join(', ') }));
  return file;
}
