import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { message, MessageError } from '@shared/text/message';
import { MODEL_FILE } from './served-model';

/** Which of a folder's versions are served: all, the newest alone, or these. */
export type VersionChoice = 'all' | 'newest' | readonly number[];

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

/**
 * The versions of a model by their numbers, newest first: the folder itself is version 1 where it holds a model, else each of its
 * folders that is named by a number and holds one.
 *
 * @throws MessageError where there is no model, or not the one that was chosen
 */
export async function findVersions(folder: string, choice: VersionChoice): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  if (await isFile(join(folder, MODEL_FILE))) found.set(1, folder);
  else
    for (const name of await readdir(folder).catch(() => [])) {
      if (/^[1-9]\d{0,14}$/.test(name) && (await isFile(join(folder, name, MODEL_FILE)))) found.set(Number(name), join(folder, name));
    }
  const sorted = [...found].sort(([a], [b]) => b - a);
  const [newest] = sorted;
  if (newest === undefined) throw new MessageError(message('message.models.none', { folder }));
  if (choice === 'all') return new Map(sorted);
  if (choice === 'newest') return new Map([newest]);
  const missing = choice.find((version) => !found.has(version));
  if (missing !== undefined)
    throw new MessageError(
      message('message.models.noVersion', { folder, version: missing, versions: sorted.map(([version]) => version).join(', ') }),
    );
  return new Map(sorted.filter(([version]) => choice.includes(version)));
}
