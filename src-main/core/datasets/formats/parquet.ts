import { parquetMetadataAsync, parquetReadObjects, parquetSchema, type AsyncBuffer } from 'hyparquet';
import { open } from 'node:fs/promises';
import { message, messageOf } from '@shared/text/message';
import type { Cell, CellRow, CellSource } from '../cells';
import { fileError } from '../problems';
import { storeCells } from '../read-cells';
import { endsWith, type DataFormat, type SourceFile } from './format';
import { singleFile } from './single-file';

/** Rows that are unpacked at once. */
const PIECE_ROWS = 20_000;

/** A table in Parquet; columns of lists and structures are left out and told. */
export const parquet: DataFormat = {
  id: 'parquet',
  detect: ({ files, isFolder }) => (!isFolder && files.some(({ name }) => endsWith(name, '.parquet', '.pq')) ? 0.95 : 0),
  async read(source, context) {
    const file = singleFile(source, ['.parquet']);
    const handle = await open(file.path, 'r');
    try {
      const buffer: AsyncBuffer = {
        byteLength: file.bytes,
        slice: async (start, end = file.bytes) => {
          const bytes = new Uint8Array(end - start);
          await handle.read(bytes, 0, bytes.length, start);
          return bytes.buffer;
        },
      };
      const { cells, nested } = await openParquet(file, buffer);
      const notes = await storeCells(cells, '.', context);
      const left = nested.map((column) =>
        message('message.data.badFile', { file: file.name, why: message('message.data.nested', { column }) }),
      );
      return { kind: 'table', parts: null, target: null, notes: [...left, ...notes] };
    } finally {
      await handle.close();
    }
  },
};

async function openParquet(
  file: SourceFile,
  buffer: AsyncBuffer,
): Promise<{ readonly cells: CellSource; readonly nested: readonly string[] }> {
  const failed = (error: unknown): Error => fileError(file.name, message('message.data.parquet', { why: messageOf(error) }));
  const metadata = await parquetMetadataAsync(buffer).catch((error: unknown) => {
    throw failed(error);
  });
  const { children } = parquetSchema(metadata);
  const nested = children.filter((child) => child.children.length > 0).map(({ element }) => element.name);
  const names = children.map(({ element }) => element.name).filter((name) => !nested.includes(name));
  const rows = Number(metadata.num_rows);
  return {
    nested,
    cells: {
      file: file.name,
      names,
      async *rows() {
        for (let rowStart = 0; rowStart < rows; rowStart += PIECE_ROWS) {
          const rowEnd = Math.min(rows, rowStart + PIECE_ROWS);
          const objects = await parquetReadObjects({ file: buffer, metadata, columns: names, rowStart, rowEnd }).catch((error: unknown) => {
            throw failed(error);
          });
          const piece = objects.map((object, i): CellRow => {
            const cells = names.map((name) => cellOf((object as Record<string, unknown>)[name]));
            return { line: rowStart + i + 1, cells, problem: null };
          });
          yield { rows: piece, doneBytes: Math.round((file.bytes * rowEnd) / rows) };
        }
      },
    },
  };
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value : null;
}
