import { z } from 'zod';
import { Bytes } from '../model/binary';
import { ColumnType, Dataset, DatasetId } from '../model/dataset';
import { DataReadOptions, DatasetLabel, DataSourceRef, DataState, TelemetryQuery } from '../model/dataset-import';
import { DataProfile } from '../model/dataset-profile';
import { Augmentation, DataRecipe } from '../model/dataset-recipe';
import { command, nothing, stream } from './define';

/** A chunk of a file that a page sends, bytes. */
export const DATA_CHUNK_BYTES = 1 << 20;
/** Largest file that a page sends, bytes. */
export const MAX_DATA_UPLOAD_BYTES = 4 * 1024 ** 3;
export const MAX_PREVIEW_ROWS = 500;
/** Longest text of a cell that is shown. */
export const MAX_CELL_CHARACTERS = 400;

const version = z.object({ id: DatasetId, version: z.number().int().positive() });
const jobId = z.object({ job: z.string().max(40) });
/** A new data set's name and terms, or the data set that gets one version more. */
const into = z.union([z.object({ label: DatasetLabel }), z.object({ dataset: DatasetId })]);

/** Some rows of one column. */
export const PreviewColumn = z.object({
  name: z.string(),
  type: ColumnType,
  /** By row; of an image null, of a vector its first values, of audio its length, s. Null = no value. */
  cells: z.array(z.union([z.number(), z.string(), z.null()])),
  /** Of images: the bytes of all these rows, one after another; null of others. */
  pixels: Bytes.nullable(),
  shape: z.array(z.number().int()),
});
export type PreviewColumn = z.infer<typeof PreviewColumn>;

export const datasetsCommands = {
  'data.list': command(nothing, z.object({ datasets: z.array(Dataset) })),
  /** Lets the person choose on this machine; null = nothing was chosen. Fails with `invalid-input` where there is no dialog. */
  'data.choose': command(z.object({ kind: z.enum(['file', 'folder']) }), z.object({ source: DataSourceRef.nullable() })),
  /** The terminal's: takes a path. Fails with `unauthorized` for a page, `not-found`. */
  'data.open': command(z.object({ path: z.string().min(1).max(4096) }), DataSourceRef),
  /** A file that the page is to send. Fails with `storage-full`. */
  'data.beginUpload': command(
    z.object({ name: z.string().min(1).max(255), bytes: z.number().int().positive().max(MAX_DATA_UPLOAD_BYTES) }),
    DataSourceRef,
  ),
  /** Its next chunk; fails with `conflict` when it does not begin where the last ended. */
  'data.chunk': command(
    z.object({
      id: z.string().max(40),
      offset: z.number().int().nonnegative(),
      bytes: Bytes.refine(({ byteLength }) => byteLength > 0 && byteLength <= DATA_CHUNK_BYTES, 'too large a chunk, or none'),
    }),
    z.object({ receivedBytes: z.number() }),
  ),
  /** Begins to take in a source, or recorded series; `data.live` tells what becomes of it. Fails with `not-found`, `conflict` (a name that is taken). */
  'data.import': command(z.object({ source: z.string().max(40), into, options: DataReadOptions }), jobId),
  'data.record': command(z.object({ query: TelemetryQuery, into }), jobId),
  'data.stop': command(jobId, nothing),
  /** Takes work that has ended off the list. */
  'data.forget': command(jobId, nothing),
  'data.rows': command(
    version.extend({ from: z.number().int().nonnegative(), count: z.number().int().positive().max(MAX_PREVIEW_ROWS) }),
    z.object({ rows: z.number().int(), columns: z.array(PreviewColumn), parts: Bytes.nullable() }),
  ),
  /** Statistics of each column, and what speaks against the data. Fails with `not-found`, `too-large`. */
  'data.profile': command(version, DataProfile),
  /** Begins to make a new version by a recipe: of the same data set, or as the first of a new one. Fails with `not-found`. */
  'data.derive': command(version.extend({ recipe: DataRecipe, into }), jobId),
  /** Images, or vectors of two dimensions, as training would see them: each of `rows` once. Fails with `not-found`, `invalid-input`. */
  'data.augment': command(
    version.extend({
      column: z.string().max(400),
      rows: z.array(z.number().int().nonnegative()).min(1).max(64),
      augment: z.array(Augmentation).max(20),
      seed: z.number().int().nonnegative(),
    }),
    z.object({ pixels: Bytes, shape: z.array(z.number().int()) }),
  ),
  /** What a data set is called, and where it is from. Fails with `not-found`, `conflict`. */
  'data.label': command(DatasetLabel.extend({ id: DatasetId }), Dataset),
  /** A version, or null = all. Fails with `not-found`, `conflict` for a shipped one or a version that another was made of. */
  'data.remove': command(z.object({ id: DatasetId, version: z.number().int().positive().nullable() }), nothing),
} as const;

export const datasetsStreams = {
  /** All at once, and all again whenever something changed. */
  'data.live': stream(nothing, DataState),
  /** The rows of a version as text, in chunks: CSV with one header, or a JSON object a line. Ends when done. */
  'data.export': stream(version.extend({ format: z.enum(['csv', 'json-lines']) }), z.object({ text: z.string() })),
} as const;
