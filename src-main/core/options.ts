import type { TrainerLauncher } from './jobs/launcher';
import type { CollectorEnvironment } from './telemetry/collector';

/** What a host gives the core. Paths are absolute. */
export interface CoreOptions {
  readonly dataDir: string;
  /** resources/ of the app: data sets. */
  readonly resourcesDir: string;
  /** Where `engine cuda` installs. */
  readonly enginesDir: string;
  /** Bundled reader worker program (out/main/reader.js). */
  readonly readerWorker: string;
  readonly launcher: TrainerLauncher;
  readonly host: 'desktop' | 'headless';
  readonly version: string;
  readonly environment?: Partial<CollectorEnvironment>;
  /** Default: one line per entry on stderr. Never receives a secret. */
  readonly log?: (level: 'info' | 'warn' | 'error', text: string) => void;
}
