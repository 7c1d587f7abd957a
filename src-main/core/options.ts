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
  /** Bundled thread that calls the NVIDIA driver; default: nvml.js beside the reader worker. */
  readonly nvmlWorker?: string;
  /** Samples a second of each NVIDIA GPU, 1–10; default 1. */
  readonly gpuHz?: number;
  readonly launcher: TrainerLauncher;
  readonly host: 'desktop' | 'headless';
  readonly version: string;
  readonly environment?: Partial<CollectorEnvironment>;
  /** Default: one line per entry on stderr. Never receives a secret. */
  readonly log?: (level: 'info' | 'warn' | 'error', text: string) => void;
}
