import { z } from 'zod';
import { message } from '../text/message';
import { isTextList, ParamSpec, type ParamDeclaration, type ParamValues } from './param';

/** The kind of a run that predicts all rows of a file. */
export const PREDICTION_KIND = 'prediction';

/** How the rows of a file are written: a JSON value a line, or numbers parted by commas. */
export const predictionFormats = ['json-lines', 'csv'] as const;
export const PredictionFormat = z.enum(predictionFormats);
export type PredictionFormat = z.infer<typeof PredictionFormat>;

type PredictionParam = 'model' | 'input' | 'output' | 'columns' | 'version' | 'batch';

const declare = (name: PredictionParam, rest: Omit<ParamDeclaration, 'name' | 'label' | 'help'>): ParamSpec =>
  ParamSpec.parse({ name, label: message(`message.prediction.name.${name}`), help: message(`message.prediction.help.${name}`), ...rest });

/** What rows are predicted with: parameters of the run. */
export const predictionParams: readonly ParamSpec[] = [
  declare('model', { type: 'text', default: null }),
  declare('input', { type: 'text', default: null }),
  declare('output', { type: 'text', default: null }),
  declare('columns', { type: 'list', default: [], optional: true }),
  declare('version', { type: 'integer', min: 1, default: null, optional: true }),
  declare('batch', { type: 'integer', min: 1, max: 65_536, default: 256 }),
];

export interface PredictionSettings {
  /** A run's id, or the absolute path of a folder. */
  readonly model: string;
  readonly input: string;
  readonly output: string;
  /** Of a CSV file, by the names of its first line; none = all. */
  readonly columns: readonly string[];
  /** Null = the newest. */
  readonly version: number | null;
  readonly batch: number;
}

/** Checked values by their types; null where they are another kind's. */
export function predictionOf({ model, input, output, columns, version, batch }: ParamValues): PredictionSettings | null {
  if (typeof model !== 'string' || typeof input !== 'string' || typeof output !== 'string' || typeof batch !== 'number') return null;
  return {
    ...{ model, input, output, batch },
    columns: isTextList(columns) ? columns : [],
    version: typeof version === 'number' ? version : null,
  };
}

/** CSV by its ending, else JSON lines. */
export const formatOf = (path: string): PredictionFormat => (/\.(csv|tsv|txt)$/i.test(path) ? 'csv' : 'json-lines');
