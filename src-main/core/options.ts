import type { Log } from '@shared/base/log';
import type { RuntimeStatus } from '@shared/model/runtime-status';
import type { ProcessLauncher } from './jobs/launcher';
import type { ServedFeed } from './scenario/feeds/peer';
import type { SystemKeyStore } from './secrets/cipher';
import type { Redactor } from './secrets/redactor';
import type { CollectorEnvironment } from './telemetry/collector';

/** A log that outlives the process. */
export interface KeptLog {
  readonly path: string;
  /** Why the last line could not be written; null when it was. */
  readonly failure: string | null;
  /** Its newest lines, oldest first. */
  tail(): string;
}

export type CoreLog = Log;

/** What credentials are kept with. */
export interface SecretsOptions {
  /** Learns every value, so that the runtime's own logs leave it out too. */
  readonly redactor: Redactor;
  /** Made at the first use. Null = only the system's store keeps a key. */
  readonly keyFile: string | null;
  /** Asked before the key file. Null = this runtime reaches none. */
  readonly systemKeys: SystemKeyStore | null;
}

/** The program that a page wants to start, secrets masked. */
export interface ProgramAsked {
  readonly command: string;
  readonly cwd: string;
}

/** The meters of a simulated room as feeds that can be added, each also a file of its own in the folder. */
export interface ServedFeeds {
  readonly folder: string;
  readonly feeds: readonly ServedFeed[];
  /** Of the simulated devices, by the names that they are to be kept under; none opens anything real. */
  readonly passwords: Readonly<Record<string, string>>;
}

/** What a runtime gives the core. Paths are absolute. */
export interface CoreOptions {
  /** The product's own folder. A scenario keeps its database in scenarios/<name> of it, apart from the real one. */
  readonly dataDir: string;
  /** Name of a scenario in resources/scenarios to show instead of this machine; null = the machine. Default null. */
  readonly scenario?: string | null;
  /** The scenario's meters are served over their real protocols on loopback from this port on, 0 = free ones; null = not at all. Default null. */
  readonly serveFeeds?: number | null;
  /** Told once they are. */
  readonly onFeedsServed?: (served: ServedFeeds) => void;
  /** resources/ of the app: data sets, scenarios. */
  readonly resourcesDir: string;
  /** Where `engine cuda` installs. */
  readonly enginesDir: string;
  /** Bundled reader worker program (out/main/reader.js). */
  readonly readerWorker: string;
  /** Bundled thread that calls the NVIDIA driver; default: nvml.js beside the reader worker. */
  readonly nvmlWorker?: string;
  /** Samples a second of the GPUs as typed at the start (src-shared/model/gpu-settings.ts); it becomes the setting. Null = as it is set. */
  readonly gpuHz?: string | null;
  /** Whether runs of the core before go on here: those that waited, and programs that still run. False: they are left to the next core. Default true. */
  readonly resumeRuns?: boolean;
  /** No run begins, whatever is asked for: it waits for the next core. Default false. */
  readonly holdRuns?: boolean;
  readonly launcher: ProcessLauncher;
  /** An installed app, without the sources and their commands. Default false. */
  readonly isPackaged?: boolean;
  readonly runtime: 'desktop' | 'headless';
  readonly version: string;
  /** Asks a person for a file on this machine; null = they chose none. Left out: the runtime has no dialog. */
  readonly chooseFile?: () => Promise<string | null>;
  /** Asks a person at this machine, in a dialog that is no page's, whether pages may start programs. Left out: the runtime has no dialog. */
  readonly askConsent?: (first: ProgramAsked) => Promise<boolean>;
  /** Asks a person for a file, or for a folder, to name in a form; null = they chose none. Left out: the runtime has no dialog. */
  readonly choosePath?: (kind: 'file' | 'folder') => Promise<string | null>;
  /** Asks a person where to save a file of this name; null = they chose nothing. Left out: the runtime has no dialog. */
  readonly chooseSavePath?: (name: string) => Promise<string | null>;
  /** Shows a file that the core has written in its folder. Left out: the runtime has no desktop. */
  readonly showFile?: (path: string) => void;
  /** Shows a folder of this machine in its file manager. Left out: the runtime has none. */
  readonly openFolder?: (path: string) => void;
  /** Told how things stand for the runtime's own windows and menus, at the start and whenever that is another. */
  readonly onStatus?: (status: RuntimeStatus) => void;
  /** Left out: no credential can be kept. */
  readonly secrets?: SecretsOptions;
  readonly environment?: Partial<CollectorEnvironment>;
  /** Where the log is kept, for the doctor and the window; default: nowhere. */
  readonly logFile?: KeptLog | null;
  /** Default: one line per entry on stderr. Never receives a secret. */
  readonly log?: CoreLog;
}
