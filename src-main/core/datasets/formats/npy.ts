import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { message, isKeyedMessage } from '@shared/text/message';
import { npyColumn } from '../npy-column';
import { parseNpy } from '../npy-array';
import { fileError } from '../problems';
import { endsWith, type DataFormat } from './format';
import { singleFile } from './single-file';

/** One array of NumPy: its first dimension counts the rows. */
export const npy: DataFormat = {
  id: 'npy',
  detect: ({ files, isFolder }) => (!isFolder && files.some(({ name }) => endsWith(name, '.npy')) ? 0.95 : 0),
  async read(source, context) {
    const file = singleFile(source, ['.npy']);
    const array = parseNpy(await readFile(file.path));
    if (isKeyedMessage(array)) throw fileError(file.name, array);
    const [rows = 0] = array.shape;
    if (rows === 0) throw fileError(file.name, message('message.data.empty'));
    const column = await context.sink.column({ name: basename(file.name).replace(/\.npy$/i, ''), unit: '' });
    const data = npyColumn(array);
    await column.append(data);
    context.progress('write', rows, file.bytes);
    return { kind: data.type === 'image' ? 'images' : 'table', parts: null, target: null, notes: [] };
  },
};
