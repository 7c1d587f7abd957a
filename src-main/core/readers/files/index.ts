import { csvLogs } from './csv-log';
import { eventFiles } from './event-file';
import type { FileFormat } from './file-format';
import { mlflowStore } from './mlflow-store';
import { textLogs } from './text-log';
import { wandbFiles } from './wandb-file';

/** Every kind of file that tells scalars, in the order in which they are asked whether one is theirs. */
export const fileFormats: readonly FileFormat[] = [eventFiles, wandbFiles, mlflowStore, csvLogs, textLogs];
