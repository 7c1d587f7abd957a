import { join } from 'node:path';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import { readAsShown, type DataReadOptions, type DatasetLabel, type DataState, type TelemetryQuery } from '@shared/model/dataset-import';
import type { DataProfile } from '@shared/model/dataset-profile';
import type { DataRecipe } from '@shared/model/dataset-recipe';
import type { StoreReader } from '../store/types';
import { Catalogue, type MakeVersion } from './catalogue';
import { deriveVersion } from './derive-version';
import { importPath, importTelemetry } from './import';
import { DataJobs } from './jobs';
import { profileOf } from './profile';
import { DataSources } from './uploads';

/** What gets the rows: a new data set, or one that is there. */
export type Into = { readonly label: DatasetLabel } | { readonly dataset: string };

export interface DatasetsOptions {
  /** That of the database. */
  readonly dataDir: string;
  /** The data sets that come with the product. */
  readonly shippedDir: string;
  readonly reader: Pick<StoreReader, 'samples'>;
  readonly canChoose: boolean;
  readonly log: Log;
}

const KEPT_PROFILES = 20;
export const DATASETS_FOLDER = 'datasets';

/** The data sets, and the work on them. */
export class Datasets {
  readonly changed: Emitter<DataState>;
  readonly catalogue: Catalogue;
  readonly sources: DataSources;
  private readonly jobs: DataJobs;
  private readonly profiles = new Map<string, Promise<DataProfile>>();

  constructor(private readonly options: DatasetsOptions) {
    const { dataDir, shippedDir, log } = options;
    this.changed = new Emitter<DataState>((error) => log('error', `a listener of the data sets failed: ${String(error)}`));
    this.catalogue = new Catalogue(join(dataDir, DATASETS_FOLDER), shippedDir, log);
    this.sources = new DataSources(join(dataDir, DATASETS_FOLDER, '.received'));
    this.jobs = new DataJobs(() => this.tell());
  }

  get state(): DataState {
    return { canChoose: this.options.canChoose, datasets: [...this.catalogue.list], jobs: [...this.jobs.list] };
  }

  /** Begins to take in a source. @returns the job's id @throws {AppError} `not-found`, `conflict` */
  import(source: string, into: Into, options: DataReadOptions): string {
    const { path, name } = this.sources.whole(source);
    return this.jobs.start('import', name, async (job) => {
      const made = await this.make(into, importPath(path, options, job));
      this.sources.forget(source);
      return made;
    });
  }

  /** Begins to take in recorded series. @returns the job's id */
  record(query: TelemetryQuery, into: Into): string {
    const name = 'label' in into ? into.label.name : this.catalogue.get(into.dataset).name;
    return this.jobs.start('import', name, (job) => this.make(into, importTelemetry(query, this.options.reader, readAsShown, job)));
  }

  /** Begins to make a version of another. @returns the job's id @throws {AppError} `not-found` */
  derive(id: string, version: number, recipe: DataRecipe, into: Into): string {
    const { name } = this.catalogue.get(id);
    this.catalogue.version(id, version);
    return this.jobs.start('derive', name, async (job) => {
      const parent = await this.catalogue.open(id, version);
      return this.make(into, deriveVersion(parent, recipe, 'dataset' in into && into.dataset === id, job));
    });
  }

  /** What is known of a version; it never changes, so it is found once. @throws {AppError} as Catalogue and {@link profileOf} */
  async profile(id: string, version: number): Promise<DataProfile> {
    const { createdAtMs } = this.catalogue.version(id, version);
    const key = `${id}/${version}/${createdAtMs}`;
    const found = this.profiles.get(key) ?? profileOf(await this.catalogue.open(id, version));
    this.profiles.set(key, found);
    const [oldest] = this.profiles.keys();
    if (this.profiles.size > KEPT_PROFILES && oldest !== undefined) this.profiles.delete(oldest);
    // One that failed is tried again.
    found.catch(() => this.profiles.delete(key));
    return found;
  }

  /** @throws {AppError} as Catalogue */
  async label(id: string, label: DatasetLabel): Promise<ReturnType<Catalogue['get']>> {
    const dataset = await this.catalogue.label(id, label);
    this.tell();
    return dataset;
  }

  /** @throws {AppError} as Catalogue */
  remove(id: string, version: number | null): void {
    this.catalogue.remove(id, version);
    this.tell();
  }

  stop(job: string): void {
    this.jobs.stop(job);
  }

  forget(job: string): void {
    this.jobs.forget(job);
  }

  close(): Promise<void> {
    return this.jobs.close();
  }

  private async make(into: Into, version: MakeVersion): Promise<{ dataset: string; version: number }> {
    if ('dataset' in into) return { dataset: into.dataset, version: (await this.catalogue.add(into.dataset, version)).version };
    const { id } = await this.catalogue.create(into.label, Date.now(), version);
    return { dataset: id, version: 1 };
  }

  private tell(): void {
    this.changed.emit(this.state);
  }
}
