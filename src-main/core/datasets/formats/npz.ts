import { buffer } from 'node:stream/consumers';
import { openPromise, type ZipFile } from 'yauzl';
import { isAppError } from '@shared/contract/errors';
import type { ColumnData } from '@shared/datasets/column';
import { datasetParts, type DatasetPart } from '@shared/model/dataset';
import { isKeyedMessage, message, messageOf } from '@shared/text/message';
import { npyColumn } from '../npy-column';
import { parseNpy, type NpyArray } from '../npy-array';
import { partOf } from '../part-name';
import { fileError } from '../problems';
import { endsWith, type DataFormat, type ReadContext, type SourceFile } from './format';
import { singleFile } from './single-file';

interface Member {
  readonly name: string;
  readonly part: DatasetPart | null;
  readonly array: NpyArray;
}

/** Several arrays of NumPy, a column each. `x_train` and `x_test` are parts of one column, as Keras' files have them. */
export const npz: DataFormat = {
  id: 'npz',
  detect: ({ files, isFolder }) => (!isFolder && files.some(({ name }) => endsWith(name, '.npz')) ? 0.95 : 0),
  async read(source, context) {
    const file = singleFile(source, ['.npz']);
    const members = await readMembers(file, context);
    const names = [...new Set(members.map(({ name }) => name))];
    const parts = datasetParts.filter((part) => members.some((member) => member.part === part));
    const rowsOf = (part: DatasetPart | null): number => members.find((member) => member.part === part)?.array.shape[0] ?? 0;
    const given: (DatasetPart | null)[] = parts.length === 0 ? [null] : parts;
    for (const { name, part, array } of members)
      if (array.shape[0] !== rowsOf(part)) {
        const other = members.find((member) => member.part === part)?.name ?? '';
        throw fileError(
          file.name,
          message('message.data.npzLength', { array: name, rows: array.shape[0] ?? 0, other, wanted: rowsOf(part) }),
        );
      }
    const rows = given.reduce((sum, part) => sum + rowsOf(part), 0);
    if (rows === 0) throw fileError(file.name, message('message.data.empty'));
    let hasImages = false;
    for (const name of names) {
      const pieces = given.flatMap((part) => members.find((member) => member.name === name && member.part === part) ?? []);
      const column = await context.sink.column({ name, unit: '' });
      const [first] = pieces;
      if (pieces.length !== given.length || pieces.some(({ array }) => array.shape.slice(1).join() !== first?.array.shape.slice(1).join()))
        throw fileError(file.name, message('message.data.npzShape', { array: name }));
      for (const data of alike(pieces.map(({ array }) => array))) {
        hasImages ||= data.type === 'image';
        await column.append(data);
      }
    }
    context.progress('write', rows, file.bytes);
    const byRow = given.flatMap((part) => [new Uint8Array(rowsOf(part)).fill(part === null ? 0 : datasetParts.indexOf(part))]);
    return {
      kind: hasImages ? 'images' : 'table',
      parts: parts.length > 1 ? Buffer.concat(byRow) : null,
      target: names.find((name) => /^(?:y|labels?|targets?)$/i.test(name)) ?? null,
      notes: [],
    };
  },
};

/** Texts of several parts have their categories in common. */
function alike(arrays: readonly NpyArray[]): ColumnData[] {
  const texts = arrays.flatMap(({ values }) => (Array.isArray(values) ? [values as readonly string[]] : []));
  if (texts.length !== arrays.length) return arrays.map(npyColumn);
  return [npyColumn({ shape: [texts.reduce((sum, { length }) => sum + length, 0)], values: texts.flat() })];
}

async function readMembers(file: SourceFile, context: ReadContext): Promise<Member[]> {
  let archive: ZipFile;
  try {
    archive = await openPromise(file.path);
  } catch (error) {
    throw fileError(file.name, message('message.data.zip', { why: messageOf(error) }));
  }
  const members: Member[] = [];
  try {
    let doneBytes = 0;
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith('.npy')) continue;
      context.check();
      const array = parseNpy(await buffer(await archive.openReadStreamPromise(entry)));
      if (isKeyedMessage(array)) throw fileError(`${file.name}/${entry.fileName}`, array);
      const whole = entry.fileName.slice(0, -'.npy'.length);
      const part = partOf(whole);
      const name = part === null ? whole : whole.replace(/[_.-]?(?:train|test|t10k|val(?:id(?:ation)?)?)(?=[_.-]|$)/i, '');
      members.push({ name: name === '' ? 'value' : name, part, array });
      doneBytes += entry.compressedSize;
      context.progress('look', 0, doneBytes);
    }
  } catch (error) {
    throw isAppError(error) ? error : fileError(file.name, message('message.data.zip', { why: messageOf(error) }));
  } finally {
    archive.close();
  }
  if (members.length === 0) throw fileError(file.name, message('message.data.noFiles', { endings: '.npy' }));
  return members;
}
