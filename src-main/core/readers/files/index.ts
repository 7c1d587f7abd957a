import { csvLogs } from './csv-log';
import { eventFiles } from './event-file';
import type { FileFormat } from './file-format';
import { textLogs } from './text-log';

/** Every kind of file that tells scalars, in the order in which they are asked whether one is theirs. */
export const fileFormats: readonly FileFormat[] = [eventFiles, csvLogs, textLogs];
