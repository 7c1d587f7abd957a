import { z } from 'zod';
import { Message } from '../text/message';
import { DataRecipe, FittedStep } from './dataset-recipe';

/** What the rows of a data set are. */
export const datasetKinds = ['table', 'images', 'text', 'audio', 'series'] as const;
export const DatasetKind = z.enum(datasetKinds);
export type DatasetKind = z.infer<typeof DatasetKind>;

/** Where the rows of a version come from; `derived` = made of another version by its recipe. */
export const datasetFormats = [
  'csv',
  'json-lines',
  'idx',
  'npy',
  'npz',
  'parquet',
  'image-folder',
  'wav-folder',
  'text',
  'telemetry',
  'derived',
] as const;
export const DatasetFormatId = z.enum(datasetFormats);
export type DatasetFormatId = z.infer<typeof DatasetFormatId>;

/**
 * What a column holds. `time` is ms since the epoch; a `category` is one of few texts; an `image` has the shape [height, width,
 * channels], a `vector` any other; `audio` is one channel of 16-bit samples, of any length.
 */
export const columnTypes = ['number', 'time', 'category', 'text', 'image', 'vector', 'audio'] as const;
export const ColumnType = z.enum(columnTypes);
export type ColumnType = z.infer<typeof ColumnType>;

/** How the values of a column lie in its file, little-endian. */
export const elementTypes = ['u8', 'i16', 'i32', 'f32', 'f64'] as const;
export const ElementType = z.enum(elementTypes);
export type ElementType = z.infer<typeof ElementType>;

/** Distinct texts up to which a column may be one of categories. */
export const MAX_CATEGORIES = 1_000;
export const MAX_COLUMNS = 4_096;
/** Rows of one data set: an index of them fits 32 bits with room to spare. */
export const MAX_ROWS = 100_000_000;

const count = z.number().int().nonnegative();
/** A name of a column: as the file has it. */
export const ColumnName = z.string().min(1).max(400);

export const DatasetColumn = z.object({
  name: ColumnName,
  type: ColumnType,
  element: ElementType,
  /** Of one row; [] = a single value, or of a text and audio one that has a length of its own. */
  shape: z.array(z.number().int().positive()).max(8),
  /** Of a category: what each code means. */
  categories: z.array(z.string()).max(MAX_CATEGORIES),
  /** Rows without a value. */
  missing: count,
  /** Samples a second, of audio; null = of no audio. */
  sampleRateHz: z.number().positive().nullable(),
  /** Unit of its values, as far as known; '' = none known. */
  unit: z.string().max(40),
  /** SHA-256 of its stored values, hexadecimal. */
  sha256: z.string().regex(/^[\da-f]{64}$/),
});
export type DatasetColumn = Readonly<z.infer<typeof DatasetColumn>>;

/** Whether its rows have each a length of their own. */
export const isVariable = (type: ColumnType): boolean => type === 'text' || type === 'audio';

/** Which part of a split a row is in, as the split's file has it. */
export const datasetParts = ['train', 'validation', 'test'] as const;
export type DatasetPart = (typeof datasetParts)[number];

export const DatasetSource = z.object({
  /** Of the file or folder; of telemetry, what was asked. */
  name: z.string().max(400),
  format: DatasetFormatId,
  files: count,
  bytes: count,
  /** SHA-256 of the source's bytes, of several files one after another in the order of their names. */
  sha256: z.string().regex(/^[\da-f]{64}$/),
});
export type DatasetSource = z.infer<typeof DatasetSource>;

export const DatasetId = z.string().regex(/^[a-z\d][a-z\d-]{0,63}$/);
export const DatasetName = z.string().trim().min(1).max(120);
const freeText = z.string().trim().max(2_000);

/** Terms under which the data may be used, and where it is from, in the words of whoever took it in; '' = not said. */
export const DatasetTerms = z.object({ origin: freeText, licence: freeText });
export type DatasetTerms = z.infer<typeof DatasetTerms>;

/** How many rows each part of a split has. */
export const PartCounts = z.object({ train: count, validation: count, test: count });
export type PartCounts = Readonly<z.infer<typeof PartCounts>>;

/** One version of a data set: never changed once it is there. */
export const DatasetVersion = z.object({
  version: z.number().int().positive(),
  createdAtMs: count,
  kind: DatasetKind,
  source: DatasetSource,
  /** The version that it was made of; null = imported. */
  parent: z.number().int().positive().nullable(),
  rows: count,
  /** On the disk. */
  bytes: count,
  columns: z.array(DatasetColumn).min(1).max(MAX_COLUMNS),
  /** Null = not split. */
  parts: PartCounts.nullable(),
  /** The column that is to be predicted, as far as said. */
  target: ColumnName.nullable(),
  /** How it was made of its parent; null = imported. */
  recipe: DataRecipe.nullable().default(null),
  /** The recipe's steps with what they learned of the training part. */
  fitted: z.array(FittedStep).default([]),
  /** What was noted while it was made, for a person who looks at figures that seem wrong. */
  notes: z.array(Message).max(100),
});
export type DatasetVersion = Readonly<z.infer<typeof DatasetVersion>>;

export const Dataset = DatasetTerms.extend({
  id: DatasetId,
  name: DatasetName,
  createdAtMs: count,
  /** Comes with the product, and cannot be removed. */
  isShipped: z.boolean(),
  /** Oldest first. */
  versions: z.array(DatasetVersion).min(1),
});
export type Dataset = Readonly<z.infer<typeof Dataset>>;
