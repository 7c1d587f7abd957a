import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freeId } from '@shared/base/free-id';
import type { Log } from '@shared/base/log';
import { AppError } from '@shared/contract/errors';
import { DatasetId, DatasetName, DatasetTerms, DatasetVersion, type Dataset } from '@shared/model/dataset';
import type { DatasetLabel } from '@shared/model/dataset-import';
import { message, messageOf } from '@shared/text/message';
import { versionFolder, VERSION_FILE } from '../../dataset-files/layout';
import { StoredVersion } from '../../dataset-files/reader';
import { DatasetWriter, writeSafely } from '../../dataset-files/writer';
import { folderError } from '../store/file/errors';
import { parseJson } from '../store/file/json';

const DATASET_FILE = 'dataset.json';
/** What was not finished, and is removed at the next start. */
const PART = '.part-';

const DatasetFile = DatasetTerms.extend({ id: DatasetId, name: DatasetName, createdAtMs: z.number().int().nonnegative() });
type DatasetFile = z.infer<typeof DatasetFile>;

/** Makes the columns of a version. */
export type MakeVersion = (writer: DatasetWriter, version: number) => Promise<DatasetVersion>;

/**
 * The data sets on the disk: `datasets/ID/v1`, `v2`, …, beside the database, and those that come with the product. What lies there
 * is all there is to know of them: a version is there from the moment when its folder has its name, or it is not.
 */
export class Catalogue {
  private entries: readonly Dataset[] = [];

  /** @param shippedDir read only */
  constructor(
    private readonly dir: string,
    private readonly shippedDir: string,
    private readonly log: Log,
  ) {
    this.removeUnfinished();
    this.reload();
  }

  /** Own ones by name, then shipped ones. */
  get list(): readonly Dataset[] {
    return this.entries;
  }

  /** @throws {AppError} `not-found` */
  get(id: string): Dataset {
    const found = this.entries.find((entry) => entry.id === id);
    if (found === undefined) throw new AppError('not-found', message('message.data.none', { dataset: id }));
    return found;
  }

  /** The newest version, or the one of this number. @throws {AppError} `not-found` */
  version(id: string, number: number | null): DatasetVersion {
    const { versions } = this.get(id);
    const found = number === null ? versions.at(-1) : versions.find(({ version }) => version === number);
    if (found === undefined) throw new AppError('not-found', message('message.data.noVersion', { dataset: id, version: number ?? 1 }));
    return found;
  }

  /** Its rows. @throws {AppError} `not-found`, `storage-failed` for files that are damaged or gone */
  async open(id: string, number: number | null): Promise<StoredVersion> {
    const { version } = this.version(id, number);
    try {
      return await StoredVersion.open(this.folderOf(id, version));
    } catch (error) {
      throw new AppError('storage-failed', message('message.data.damaged', { why: messageOf(error) }), { cause: error });
    }
  }

  /** A version and where it lies; the newest where null is asked for. @throws {AppError} `not-found` */
  located(id: string, number: number | null): { readonly folder: string; readonly version: number } {
    const { version } = this.version(id, number);
    return { version, folder: this.folderOf(id, version) };
  }

  /** Where a version lies: what a trainer is given. */
  folderOf(id: string, version: number): string {
    return join(this.get(id).isShipped ? this.shippedDir : this.dir, id, versionFolder(version));
  }

  /**
   * A new data set with its first version. Nothing of it is left where `make` fails.
   * @throws {AppError} `conflict` for a name that is taken, `storage-…`, and what `make` throws
   */
  async create(label: DatasetLabel, createdAtMs: number, make: MakeVersion): Promise<Dataset> {
    this.refuseTaken(label.name, null);
    const id = this.freeId(label.name);
    await this.aside(join(this.dir, id), async (folder) => {
      mkdirSync(folder, { mode: 0o700 });
      await build(join(folder, versionFolder(1)), 1, make);
      // The name may have been taken meanwhile: of two, the second is refused.
      this.refuseTaken(label.name, null);
      const file: DatasetFile = { id, createdAtMs, name: label.name, origin: label.origin, licence: label.licence };
      await writeSafely(join(folder, DATASET_FILE), JSON.stringify(file));
    });
    return this.get(id);
  }

  /** One version more. @throws {AppError} `not-found`, `conflict` for a shipped one, `storage-…`, and what `make` throws */
  async add(id: string, make: MakeVersion): Promise<DatasetVersion> {
    const dataset = this.own(id);
    const number = (dataset.versions.at(-1)?.version ?? 0) + 1;
    await this.aside(join(this.dir, id, versionFolder(number)), (folder) => build(folder, number, make));
    return this.version(id, number);
  }

  /** What it is called, and where it is from. @throws {AppError} `not-found`, `conflict`, `storage-…` */
  async label(id: string, { name, origin, licence }: DatasetLabel): Promise<Dataset> {
    const { createdAtMs } = this.own(id);
    this.refuseTaken(name, id);
    const path = join(this.dir, id, DATASET_FILE);
    await writeSafely(`${path}.new`, JSON.stringify({ id, createdAtMs, name, origin, licence } satisfies DatasetFile));
    renameSync(`${path}.new`, path);
    this.reload();
    return this.get(id);
  }

  /**
   * Takes a version away, or with null all of it.
   * @throws {AppError} `not-found`, `conflict` for a shipped one, or a version that another was made of; `storage-…`
   */
  remove(id: string, number: number | null): void {
    const { versions } = this.own(id);
    const isLast = number !== null && versions.length === 1 && versions[0]?.version === number;
    if (number !== null) {
      this.version(id, number);
      const child = versions.find(({ parent }) => parent === number);
      if (child !== undefined)
        throw new AppError('conflict', message('message.data.hasChildren', { version: number, child: child.version }));
    }
    const path = number === null || isLast ? join(this.dir, id) : join(this.dir, id, versionFolder(number));
    const aside = join(this.dir, `${PART}${randomBytes(8).toString('hex')}`);
    try {
      // Out of sight at once, whole; what then takes its time is no data set any more.
      renameSync(path, aside);
      rmSync(aside, { recursive: true, force: true });
    } catch (error) {
      throw folderError(error, path);
    } finally {
      this.reload();
    }
  }

  private own(id: string): Dataset {
    const dataset = this.get(id);
    if (dataset.isShipped) throw new AppError('conflict', message('message.data.shipped', { dataset: dataset.name }));
    return dataset;
  }

  private refuseTaken(name: string, own: string | null): void {
    const taken = this.entries.some((entry) => entry.id !== own && entry.name.toLowerCase() === name.toLowerCase());
    if (taken) throw new AppError('conflict', message('message.data.taken', { name }));
  }

  private freeId(name: string): string {
    const taken = new Set(this.entries.map(({ id }) => id));
    return freeId(name, 48, 'data', (id) => taken.has(id) || existsSync(join(this.dir, id)));
  }

  /** Does the work in a folder aside, and gives it its name once all of it is there. */
  private async aside(path: string, work: (folder: string) => Promise<void>): Promise<void> {
    const folder = join(this.dir, `${PART}${randomBytes(8).toString('hex')}`);
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      await work(folder);
      renameSync(folder, path);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw folderError(error, path);
    } finally {
      this.reload();
    }
  }

  private removeUnfinished(): void {
    for (const name of names(this.dir))
      if (name.startsWith(PART)) {
        this.log('info', `a data set that was not finished is removed: ${name}`);
        rmSync(join(this.dir, name), { recursive: true, force: true });
      }
  }

  private reload(): void {
    const own = this.load(this.dir, false);
    const taken = new Set(own.map(({ id }) => id));
    this.entries = [...own, ...this.load(this.shippedDir, true).filter(({ id }) => !taken.has(id))];
  }

  private load(dir: string, isShipped: boolean): Dataset[] {
    const found = names(dir).flatMap((id): Dataset[] => {
      const path = join(dir, id, DATASET_FILE);
      if (id.startsWith('.') || !existsSync(path)) return [];
      const file = DatasetFile.safeParse(readJson(path));
      const versions = names(join(dir, id)).flatMap((name) => {
        const at = join(dir, id, name, VERSION_FILE);
        if (!/^v\d+$/.test(name) || !existsSync(at)) return [];
        const read = DatasetVersion.safeParse(readJson(at));
        if (read.success && name === versionFolder(read.data.version)) return [read.data];
        this.log('warn', `${at} cannot be read and is left out`);
        return [];
      });
      if (file.success && file.data.id === id && versions.length > 0)
        return [{ ...file.data, isShipped, versions: versions.sort((a, b) => a.version - b.version) }];
      this.log('warn', `the data set in ${join(dir, id)} cannot be read and is left out`);
      return [];
    });
    return found.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }
}

async function build(folder: string, version: number, make: MakeVersion): Promise<void> {
  const writer = await DatasetWriter.begin(folder);
  try {
    await make(writer, version);
  } finally {
    await writer.close();
  }
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function readJson(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
