import { elementsOf, newElements, type ColumnData, type Elements } from '@shared/datasets/column';
import { datasetParts, type DatasetPart, type ElementType } from '@shared/model/dataset';
import { message, type KeyedMessage } from '@shared/text/message';
import { FileBytes } from '../../transfer/file-bytes';
import { arrayColumn } from '../array-column';
import { partOf } from '../part-name';
import { fileError } from '../problems';
import { endsWith, type DataFormat, type DataSource, type ReadContext, type SourceFile } from './format';

/** By the third byte of a file: how its values are written, big-endian. Signed bytes are kept as 16 bits. */
const types: Readonly<Record<number, { readonly element: ElementType; readonly bytes: number; read(bytes: Buffer, at: number): number }>> =
  {
    0x08: { element: 'u8', bytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
    0x09: { element: 'i16', bytes: 1, read: (bytes, at) => bytes.readInt8(at) },
    0x0b: { element: 'i16', bytes: 2, read: (bytes, at) => bytes.readInt16BE(at) },
    0x0c: { element: 'i32', bytes: 4, read: (bytes, at) => bytes.readInt32BE(at) },
    0x0d: { element: 'f32', bytes: 4, read: (bytes, at) => bytes.readFloatBE(at) },
    0x0e: { element: 'f64', bytes: 8, read: (bytes, at) => bytes.readDoubleBE(at) },
  };

/** Labels of so few different values are classes. */
const MAX_CLASSES = 256;
const IMAGES = /images|idx3/i;

interface IdxArray {
  readonly file: SourceFile;
  readonly shape: readonly number[];
  readonly values: Elements;
}

/** Images and labels as MNIST and its like have them: one file, a file with its labels beside it, or a folder of parts. */
export const idx: DataFormat = {
  id: 'idx',
  detect: ({ files }) => (files.some(({ name }) => /[.-]idx\d(?:-|\.|$)/i.test(name) || endsWith(name, '-ubyte', '.idx')) ? 0.9 : 0),
  async read(source, context) {
    const groups = byPart(source);
    const images: IdxArray[] = [];
    const labels: IdxArray[] = [];
    const parts: Uint8Array[] = [];
    for (const { part, values, labelled } of groups) {
      const array = await readIdx(values, context);
      images.push(array);
      parts.push(new Uint8Array(array.shape[0] ?? 0).fill(datasetParts.indexOf(part ?? 'train')));
      if (labelled !== null) {
        const own = await readIdx(labelled, context);
        if (own.shape[0] !== array.shape[0])
          throw fileError(
            labelled.name,
            message('message.data.idxLabels', { labels: own.shape[0] ?? 0, rows: array.shape[0] ?? 0, other: values.name }),
          );
        labels.push(own);
      }
    }
    const rows = images.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
    const [first] = images;
    if (first === undefined || rows === 0) throw fileError(source.name, message('message.data.empty'));
    const isImages = first.shape.length >= 3;
    const column = await context.sink.column({ name: isImages ? 'image' : 'value', unit: '' });
    for (const { file, shape, values } of images) {
      if (shape.slice(1).join() !== first.shape.slice(1).join()) throw fileError(file.name, sizeDiffers(first, shape));
      await column.append(arrayColumn(shape.slice(1), values));
    }
    if (labels.length === images.length) await writeLabels(labels, context);
    context.progress(
      'write',
      rows,
      source.files.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    return {
      kind: isImages ? 'images' : 'table',
      parts: groups.some(({ part }) => part !== null) && groups.length > 1 ? Buffer.concat(parts) : null,
      target: labels.length === images.length ? 'label' : null,
      notes: [],
    };
  },
};

function sizeDiffers({ file, shape }: IdxArray, other: readonly number[]): KeyedMessage {
  const [, firstHeight = 1, firstWidth = 1] = shape;
  const [, height = 1, width = 1] = other;
  return message('message.data.imageSize', { width, height, first: file.name, firstWidth, firstHeight });
}

async function writeLabels(labels: readonly IdxArray[], { sink }: ReadContext): Promise<void> {
  const all = labels.flatMap(({ values }) => [values]);
  const distinct = new Set<number>();
  for (const values of all) for (const value of values) distinct.add(value);
  const column = await sink.column({ name: 'label', unit: '' });
  const classes = [...distinct].sort((a, b) => a - b);
  const codes = new Map(classes.map((value, code) => [value, code]));
  for (const values of all) {
    const data: ColumnData =
      classes.length <= MAX_CLASSES && classes.every(Number.isInteger)
        ? { type: 'category', categories: classes.map(String), codes: Int32Array.from(values, (value) => codes.get(value) ?? -1) }
        : { type: 'number', values: Float64Array.from(values) };
    await column.append(data);
  }
}

interface Group {
  readonly part: DatasetPart | null;
  readonly values: SourceFile;
  readonly labelled: SourceFile | null;
}

/** Each file of values with that of its labels: the same name but for what it says of its content. */
function byPart({ files }: DataSource): Group[] {
  const isLabels = ({ name }: SourceFile): boolean => /labels|idx1/i.test(name) && files.length > 1;
  const stem = ({ name }: SourceFile): string =>
    name
      .toLowerCase()
      .replace(/images|labels/g, '')
      .replace(/idx\d/, '')
      .replace(/\.gz$/, '');
  const usable = files.filter(({ name }) => IMAGES.test(name) || endsWith(name, '-ubyte', '.idx') || /idx\d/i.test(name));
  const groups = usable
    .filter((file) => !isLabels(file))
    .map((values): Group => {
      const labelled = usable.find((file) => isLabels(file) && stem(file) === stem(values)) ?? null;
      return { part: partOf(values.name), values, labelled };
    });
  const order = (part: DatasetPart | null): number => (part === null ? -1 : datasetParts.indexOf(part));
  return groups.sort((a, b) => order(a.part) - order(b.part) || a.values.name.localeCompare(b.values.name, 'en'));
}

async function readIdx(file: SourceFile, context: ReadContext): Promise<IdxArray> {
  const chunks: Buffer[] = [];
  const reader = new FileBytes(file.path);
  for await (const chunk of reader.from(0)) {
    chunks.push(chunk);
    context.check();
    context.progress('look', 0, reader.position);
  }
  const bytes = Buffer.concat(chunks);
  const type = types[bytes[2] ?? 0];
  const dimensions = bytes[3] ?? 0;
  const head = 4 + 4 * dimensions;
  if (bytes.length < head || bytes.readUInt16BE(0) !== 0 || type === undefined || dimensions === 0)
    throw fileError(file.name, message('message.data.idxHead'));
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const count = elementsOf(shape);
  const wanted = count * type.bytes;
  if (bytes.length - head !== wanted) throw fileError(file.name, message('message.data.idxLength', { bytes: bytes.length - head, wanted }));
  const values = newElements(type.element, count);
  if (type.element === 'u8') (values as Uint8Array).set(bytes.subarray(head));
  else for (let i = 0; i < count; i++) values[i] = type.read(bytes, head + i * type.bytes);
  return { file, shape, values };
}
