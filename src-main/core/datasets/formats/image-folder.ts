import { readFile } from 'node:fs/promises';
import { message, messageOf } from '@shared/text/message';
import { decodeImage, isGrey, scaledRgb, type Pixels } from '../decode-image';
import { keptParts, labelledFiles, writeLabels } from '../labelled-files';
import { fileError } from '../problems';
import { endsWith, type DataFormat, type ReadContext, type SourceFile } from './format';

const ENDINGS = ['.png', '.jpg', '.jpeg'];
/** Images that are stored at once. */
const PIECE = 64;

/** A folder of PNG and JPEG files, of which the folders in it are the classes, and `train` and `test` above these the parts. */
export const imageFolder: DataFormat = {
  id: 'image-folder',
  detect: ({ files }) => (files.filter(({ name }) => endsWith(name, ...ENDINGS)).length * 2 > files.length ? 0.8 : 0),
  async read(source, context) {
    const labelled = labelledFiles(source, ENDINGS);
    const { files } = labelled;
    if (files.length === 0) throw fileError(source.name, message('message.data.noFiles', { endings: ENDINGS.join(', ') }));
    const { kept, size, grey } = await lookAt(files, context);
    const [height, width] = size;
    const column = await context.sink.column({ name: 'image', unit: '' });
    const channels = grey ? 1 : 3;
    let doneBytes = 0;
    for (let from = 0; from < kept.length; from += PIECE) {
      const places = kept.slice(from, from + PIECE);
      const values = new Uint8Array(places.length * height * width * channels);
      for (const [i, place] of places.entries()) {
        const file = files[place] as SourceFile;
        const rgb = scaledRgb(decodeImage(await readFile(file.path)), height, width);
        values.set(grey ? rgb.filter((_, at) => at % 3 === 0) : rgb, i * height * width * channels);
        doneBytes += file.bytes;
        context.check();
      }
      await column.append({ type: 'image', shape: [height, width, channels], values });
      context.progress('write', from + places.length, doneBytes);
    }
    await writeLabels(context.sink, labelled, kept);
    return { kind: 'images', parts: keptParts(labelled, kept), target: labelled.labels === null ? null : 'label', notes: [] };
  },
};

interface Looked {
  /** Places of the files that can be read. */
  readonly kept: readonly number[];
  readonly size: readonly [height: number, width: number];
  readonly grey: boolean;
}

/** Reads every file once, so that nothing is written before all are known to be right. @throws {AppError} `invalid-input` */
async function lookAt(files: readonly SourceFile[], { options, problems, check, progress }: ReadContext): Promise<Looked> {
  const kept: number[] = [];
  let first: { readonly name: string; readonly pixels: Pixels } | null = null;
  let grey = true;
  let doneBytes = 0;
  for (const [place, file] of files.entries()) {
    check();
    let pixels: Pixels | null = null;
    try {
      pixels = decodeImage(await readFile(file.path));
    } catch (error) {
      problems.add(file.name, null, message('message.data.noImage', { why: messageOf(error) }));
    }
    doneBytes += file.bytes;
    progress('look', kept.length, doneBytes);
    if (pixels === null) continue;
    first ??= { name: file.name, pixels };
    const { width: firstWidth, height: firstHeight } = first.pixels;
    const { width, height } = pixels;
    if (options.imageSize === null && (width !== firstWidth || height !== firstHeight)) {
      problems.add(file.name, null, message('message.data.imageSize', { width, height, first: first.name, firstWidth, firstHeight }));
      continue;
    }
    grey &&= isGrey(scaledRgb(pixels, height, width));
    kept.push(place);
  }
  if (!options.skipBad) problems.refuse();
  if (first === null || kept.length === 0) throw fileError(files[0]?.name ?? '', message('message.data.empty'));
  return { kept, grey, size: options.imageSize ?? [first.pixels.height, first.pixels.width] };
}
