import { message } from '@shared/text/message';
import type { TextRows } from '@shared/model/dataset-import';
import { detectForm, TextBytes } from '../../transfer/csv/encoding';
import { FileBytes } from '../../transfer/file-bytes';
import { headOf } from '../../transfer/file-head';
import { keptParts, labelledFiles, writeLabels } from '../labelled-files';
import { fileError } from '../problems';
import { endsWith, type DataFormat, type ReadContext, type SourceFile } from './format';

const ENDINGS = ['.txt', '.text', '.md'];

/** A text, a row a line or paragraph; or a folder of texts, whose folders are the classes. */
export const text: DataFormat = {
  id: 'text',
  detect: ({ files }) => (files.filter(({ name }) => endsWith(name, ...ENDINGS)).length * 2 > files.length ? 0.7 : 0),
  async read(source, context) {
    // A file that was named is a text, whatever its name ends with.
    const labelled = source.isFolder ? labelledFiles(source, ENDINGS) : { files: source.files, parts: null, labels: null };
    const { files } = labelled;
    if (files.length === 0) throw fileError(source.name, message('message.data.noFiles', { endings: ENDINGS.join(', ') }));
    const rows = context.options.textRows ?? (source.isFolder ? 'file' : 'line');
    const column = await context.sink.column({ name: 'text', unit: '' });
    /** By row, the place of its file. */
    const kept: number[] = [];
    let doneBytes = 0;
    for (const [place, file] of files.entries()) {
      const values = cut(await readText(file, context), rows);
      for (let i = 0; i < values.length; i++) kept.push(place);
      await column.append({ type: 'text', values });
      doneBytes += file.bytes;
      context.progress('write', kept.length, doneBytes);
    }
    if (kept.length === 0) throw fileError(source.name, message('message.data.empty'));
    if (source.isFolder) await writeLabels(context.sink, labelled, kept);
    return { kind: 'text', parts: keptParts(labelled, kept), target: labelled.labels === null ? null : 'label', notes: [] };
  },
};

async function readText(file: SourceFile, { check }: ReadContext): Promise<string> {
  const raw = new FileBytes(file.path);
  const bytes = new TextBytes(raw, detectForm((await headOf(raw)).bytes));
  const chunks: Buffer[] = [];
  for await (const chunk of bytes.from(0)) {
    chunks.push(chunk);
    check();
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
}

function cut(whole: string, rows: TextRows): string[] {
  if (rows === 'file') return whole === '' ? [] : [whole];
  const pieces = rows === 'line' ? whole.split('\n') : whole.split(/\n[^\S\n]*\n+/).map((paragraph) => paragraph.replaceAll('\n', ' '));
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}
