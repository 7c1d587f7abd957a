import type { MarkRule } from '@shared/model/mark';
import { csvLogs } from './csv-log';
import { eventFiles } from './event-file';
import type { FileFormat } from './file-format';
import { mlflowStore } from './mlflow-store';
import { textLogsWith } from './text-log';
import { wandbFiles } from './wandb-file';

/**
 * Every kind of file that tells scalars, in the order in which they are asked whether one is theirs.
 * @param rules what a person marked in the lines of texts
 */
export const fileFormatsWith = (rules: readonly MarkRule[]): readonly FileFormat[] => [
  eventFiles,
  wandbFiles,
  mlflowStore,
  csvLogs,
  textLogsWith(rules),
];

export const fileFormats = fileFormatsWith([]);
