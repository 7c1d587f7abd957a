import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ColumnData } from '@shared/datasets/column';
import { DataReadOptions } from '@shared/model/dataset-import';
import { Catalogue } from '../../src-main/core/datasets/catalogue';
import { importPath } from '../../src-main/core/datasets/import';
import type { StoredVersion } from '../../src-main/dataset-files/reader';

/** A folder of data sets with files beside it that are taken in; it goes with the test. */
export interface DataFolder {
  readonly dir: string;
  readonly catalogue: Catalogue;
  /** Writes files, by their path in the folder. @returns the path of the first */
  put(files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
  /** Takes in a file or folder as a new data set, and opens what came of it. */
  take(path: string, options?: Partial<DataReadOptions>): Promise<StoredVersion>;
  close(): Promise<void>;
}

export async function dataFolder(): Promise<DataFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-data-'));
  const catalogue = new Catalogue(join(dir, 'datasets'), join(dir, 'shipped'), () => undefined);
  let made = 0;
  return {
    dir,
    catalogue,
    async put(files) {
      const paths = Object.keys(files).map((name) => join(dir, name));
      for (const [i, content] of Object.values(files).entries()) {
        const path = paths[i] ?? '';
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      }
      return paths[0] ?? '';
    },
    async take(path, options = {}) {
      const job = { signal: new AbortController().signal, check: () => undefined, progress: () => undefined };
      const label = { name: `Set ${++made}`, origin: '', licence: '' };
      const { id } = await catalogue.create(label, 1_000, importPath(path, DataReadOptions.parse(options), job));
      return catalogue.open(id, null);
    },
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The values of a column of texts; of any other none. */
export const textsOf = (data: ColumnData): readonly (string | null)[] => (data.type === 'text' ? data.values : []);
/** The samples of a column of sounds; of any other none. */
export const soundsOf = (data: ColumnData): readonly (Int16Array | null)[] => (data.type === 'audio' ? data.values : []);
