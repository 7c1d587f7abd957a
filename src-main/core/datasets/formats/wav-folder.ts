import { readFile } from 'node:fs/promises';
import { isKeyedMessage, message } from '@shared/text/message';
import { decodeWav } from '../decode-wav';
import { keptParts, labelledFiles, writeLabels } from '../labelled-files';
import { fileError } from '../problems';
import { endsWith, type DataFormat, type ReadContext, type SourceFile } from './format';

const ENDINGS = ['.wav'];

/** A folder of WAV files, with classes and parts as a folder of images has them. */
export const wavFolder: DataFormat = {
  id: 'wav-folder',
  detect: ({ files }) => (files.filter(({ name }) => endsWith(name, ...ENDINGS)).length * 2 > files.length ? 0.8 : 0),
  async read(source, context) {
    const labelled = labelledFiles(source, ENDINGS);
    const { files } = labelled;
    if (files.length === 0) throw fileError(source.name, message('message.data.noFiles', { endings: ENDINGS.join(', ') }));
    const { kept, rateHz } = await lookAt(files, context);
    const column = await context.sink.column({ name: 'audio', unit: '' });
    let doneBytes = 0;
    for (const [row, place] of kept.entries()) {
      const file = files[place] as SourceFile;
      const sound = decodeWav(await readFile(file.path));
      await column.append({ type: 'audio', sampleRateHz: rateHz, values: [isKeyedMessage(sound) ? null : sound.samples] });
      doneBytes += file.bytes;
      context.check();
      context.progress('write', row + 1, doneBytes);
    }
    await writeLabels(context.sink, labelled, kept);
    return { kind: 'audio', parts: keptParts(labelled, kept), target: labelled.labels === null ? null : 'label', notes: [] };
  },
};

/** @throws {AppError} `invalid-input` for files that cannot be read, or of different rates */
async function lookAt(
  files: readonly SourceFile[],
  { options, problems, check, progress }: ReadContext,
): Promise<{ readonly kept: readonly number[]; readonly rateHz: number }> {
  const kept: number[] = [];
  let first: { readonly name: string; readonly rateHz: number } | null = null;
  let doneBytes = 0;
  for (const [place, file] of files.entries()) {
    check();
    const sound = decodeWav(await readFile(file.path));
    doneBytes += file.bytes;
    progress('look', kept.length, doneBytes);
    if (isKeyedMessage(sound)) {
      problems.add(file.name, null, sound);
      continue;
    }
    first ??= { name: file.name, rateHz: sound.rateHz };
    if (sound.rateHz === first.rateHz) kept.push(place);
    else problems.add(file.name, null, message('message.data.wavRate', { rate: sound.rateHz, first: first.name, firstRate: first.rateHz }));
  }
  if (!options.skipBad) problems.refuse();
  if (first === null || kept.length === 0) throw fileError(files[0]?.name ?? '', message('message.data.empty'));
  return { kept, rateHz: first.rateHz };
}
