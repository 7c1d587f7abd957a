import { join } from 'node:path';
import { app, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import { assertNever } from '@shared/base/assert-never';
import { Emitter } from '@shared/base/emitter';
import { coreEnvironment } from '../children/environment';
import type { RuntimeStatus } from '@shared/model/runtime-status';
import type { DesktopChange } from '@shared/model/settings';
import { CoreMessage, HEARTBEAT_MS, type DesktopMessage } from '../hosts/desktop-protocol';
import { askKeyStore } from './key-store';
import { TrainerForker } from './trainer-forker';
import type { RuntimePaths } from '../hosts/paths';

/** Beats missed in a row before the core counts as hung: in beats seen from here, so that a machine that slept kills nothing. */
const MISSED_BEATS = 15;
/** The same before it was ready: a large database may be under migration. */
const MISSED_BEATS_STARTING = 120;
/** Wait before each restart, ms; as many restarts as entries. */
const BACKOFF_MS = [250, 500, 1_000, 2_000, 4_000];
/** A core that ran this long starts the count anew, ms. */
const STABLE_MS = 60_000;
/** Wait for the core to close, ms; longer than its own patience with trainers. */
const CLOSE_MS = 20_000;

/** Why there is no core any more and none will come by itself. */
export type CoreExit =
  { readonly reason: 'refused'; readonly message: string } | { readonly reason: 'crashing'; readonly restarts: number };

export interface CoreSupervisorOptions {
  readonly paths: RuntimePaths;
  readonly version: string;
  /** As typed after --scenario; default null. */
  readonly scenario?: string | null;
  /** First port of the scenario's served feeds, 0 = free ones; default null: none is served. */
  readonly serveFeeds?: number | null;
  /** Lets the person choose a file; null = they chose none. */
  readonly chooseFile: () => Promise<string | null>;
  /** Lets the person choose where a file of this name is saved; null = nowhere. */
  readonly chooseSavePath: (name: string) => Promise<string | null>;
  /** Lets the person choose a file or a folder; null = none. */
  readonly choosePath: (kind: 'file' | 'folder') => Promise<string | null>;
  /** Asks the person whether pages may start programs, this one first. */
  readonly askConsent: (first: { readonly command: string; readonly cwd: string }) => Promise<boolean>;
  readonly showFile: (path: string) => void;
  /** Shows a folder in the system's file manager. */
  readonly openFolder: (path: string) => void;
  /** Told what a person without a terminal would miss; default: stderr. */
  readonly note?: (text: string) => void;
  /** As typed after --gpu-hz; default null. */
  readonly gpuHz?: string | null;
}

/** Keeps one core process running: starts it, watches its heartbeat, restarts it with backoff, closes it in order. */
export class CoreSupervisor {
  /** A new core process is there to take ports. */
  readonly started = new Emitter<void>((error) => this.note(`a listener of the core's start failed: ${String(error)}`));
  readonly gone = new Emitter<CoreExit>((error) => this.note(`a listener of the core's end failed: ${String(error)}`));
  /** Hears of each new status; null = there is no core. */
  readonly statusChanged = new Emitter<RuntimeStatus | null>((error) =>
    this.note(`a listener of the core's status failed: ${String(error)}`),
  );
  private lastStatus: RuntimeStatus | null = null;
  private child: UtilityProcess | null = null;
  private trainers: TrainerForker | null = null;
  private ready = false;
  private missed = 0;
  private restarts = 0;
  private startedAtMs = 0;
  private watch: NodeJS.Timeout | null = null;
  private retry: NodeJS.Timeout | null = null;
  private typedOnce = false;
  private refused = false;
  /** Trainers of cores that are gone. */
  private orphans: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | null = null;

  constructor(private readonly options: CoreSupervisorOptions) {}

  /** Starts the core; also anew after `gone`. Does nothing while it runs or closes. */
  start(): void {
    if (this.child || this.closing) return;
    const { paths, version, scenario = null, serveFeeds = null, gpuHz = null } = this.options;
    const child = utilityProcess.fork(paths.utilityProgram, [], {
      serviceName: 'Coldaisle core',
      stdio: 'inherit',
      env: coreEnvironment(),
    });
    const trainers = new TrainerForker({
      program: paths.trainerProgram,
      corePid: () => child.pid,
      post: (message, ports) => this.postTo(child, message, ports),
    });
    this.child = child;
    this.trainers = trainers;
    this.ready = false;
    this.refused = false;
    this.missed = 0;
    this.startedAtMs = performance.now();
    child.on('message', (raw) => {
      const message = CoreMessage.safeParse(raw);
      if (message.success) this.receive(child, message.data);
      else this.note(`a message of the core was not understood: ${message.error.message}`);
    });
    child.once('exit', (code) => this.onExit(child, code));
    // V8 gave up on it (out of memory); its exit follows.
    child.on('error', (type, location) => this.note(`the core failed: ${type} at ${location}`));
    this.watch = setInterval(() => this.tick(child), HEARTBEAT_MS);
    this.postTo(child, {
      t: 'init',
      dataDir: paths.dataDir,
      resourcesDir: paths.resourcesDir,
      enginesDir: paths.enginesDir,
      readerWorker: paths.readerWorker,
      logFile: join(paths.logDir, 'core.log'),
      secretKeyFile: paths.secretKeyFile,
      version,
      isPackaged: app.isPackaged,
      scenario,
      serveFeeds,
      gpuHz: this.typedOnce ? null : gpuHz,
    });
    // What the operator set since counts more than what was typed at the start.
    this.typedOnce = true;
    this.started.emit();
  }

  /** Hands a page's port to the core; false while there is none (`started` tells of the next). */
  connect(port: MessagePortMain): boolean {
    if (!this.child) return false;
    this.postTo(this.child, { t: 'connect' }, [port]);
    return true;
  }

  /** As the core told it last; null while there is none. */
  get status(): RuntimeStatus | null {
    return this.lastStatus;
  }

  /** Hands on what a person chose outside of the page. */
  setDesktop(desktop: DesktopChange): void {
    if (this.child) this.postTo(this.child, { t: 'settings', desktop });
  }

  /** Asks the core to close, waits, then kills it and its trainers. Safe twice; both calls wait. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private note(text: string): void {
    if (this.options.note) this.options.note(text);
    else process.stderr.write(`${text}\n`);
  }

  private async shutDown(): Promise<void> {
    if (this.retry) clearTimeout(this.retry);
    const { child } = this;
    if (child) await this.closeChild(child);
    await Promise.all([this.orphans, this.trainers?.end()]);
  }

  private async closeChild(child: UtilityProcess): Promise<void> {
    if (this.watch) clearInterval(this.watch);
    await new Promise<void>((resolve) => {
      const limit = setTimeout(() => {
        this.note(`the core did not close within ${CLOSE_MS / 1000} s and is killed`);
        killNow(child);
      }, CLOSE_MS);
      child.once('exit', () => {
        clearTimeout(limit);
        resolve();
      });
      this.postTo(child, { t: 'close' });
    });
  }

  private receive(child: UtilityProcess, message: CoreMessage): void {
    if (child !== this.child) return;
    switch (message.t) {
      case 'ready':
        this.ready = true;
        break;
      case 'status':
        this.tell(message.status);
        break;
      case 'refused':
        this.refused = true;
        this.gone.emit({ reason: 'refused', message: message.message });
        break;
      case 'beat':
        this.missed = 0;
        break;
      case 'choose-file':
        this.answerDialog(child, message.id, this.options.chooseFile());
        break;
      case 'choose-save-path':
        this.answerDialog(child, message.id, this.options.chooseSavePath(message.name));
        break;
      case 'choose-path':
        this.answerDialog(child, message.id, this.options.choosePath(message.kind));
        break;
      case 'ask-consent':
        this.answerConsent(child, message.id, this.options.askConsent(message));
        break;
      case 'show-file':
        this.options.showFile(message.path);
        break;
      case 'open-folder':
        this.options.openFolder(message.path);
        break;
      case 'key-store':
        void askKeyStore(message).then((answer) => this.postTo(child, answer));
        break;
      case 'trainer-fork':
        this.trainers?.fork(message.id, message.runId);
        break;
      case 'trainer-kill':
        this.trainers?.kill(message.id, message.signal);
        break;
      default:
        assertNever(message);
    }
  }

  private answerConsent(child: UtilityProcess, id: number, asked: Promise<boolean>): void {
    void asked.then(
      (allowed) => this.postTo(child, { t: 'consent-answer', id, allowed }),
      (error: unknown) => {
        this.note(`the dialog for the consent failed: ${String(error)}`);
        this.postTo(child, { t: 'consent-answer', id, allowed: false });
      },
    );
  }

  private answerDialog(child: UtilityProcess, id: number, chosen: Promise<string | null>): void {
    void chosen.then(
      (path) => this.postTo(child, { t: 'file-chosen', id, path }),
      (error: unknown) => {
        process.stderr.write(`the dialog for a file failed: ${String(error)}\n`);
        this.postTo(child, { t: 'file-chosen', id, path: null });
      },
    );
  }

  private tell(status: RuntimeStatus | null): void {
    this.lastStatus = status;
    this.statusChanged.emit(status);
  }

  private tick(child: UtilityProcess): void {
    this.missed += 1;
    if (this.missed < (this.ready ? MISSED_BEATS : MISSED_BEATS_STARTING)) return;
    this.note(`the core missed ${this.missed} heartbeats and is killed`);
    killNow(child);
  }

  private onExit(child: UtilityProcess, code: number): void {
    if (child !== this.child) return;
    if (this.watch) clearInterval(this.watch);
    this.child = null;
    if (this.closing || this.refused) return;
    this.tell(null);
    // Its trainers have lost their parent: they end by themselves, or are ended.
    this.orphans = Promise.all([this.orphans, this.trainers?.end()]);
    if (performance.now() - this.startedAtMs >= STABLE_MS) this.restarts = 0;
    const waitMs = BACKOFF_MS[this.restarts];
    if (waitMs === undefined) {
      const { restarts } = this;
      this.restarts = 0;
      this.gone.emit({ reason: 'crashing', restarts });
      return;
    }
    this.restarts += 1;
    this.note(`the core ended unexpectedly (exit ${code}); restart ${this.restarts} of ${BACKOFF_MS.length} in ${waitMs} ms`);
    this.retry = setTimeout(() => this.start(), waitMs);
  }

  private postTo(child: UtilityProcess, message: DesktopMessage, ports?: MessagePortMain[]): void {
    if (child === this.child) child.postMessage(message, ports);
    else for (const port of ports ?? []) port.close();
  }
}

/** `UtilityProcess.kill` asks with SIGTERM, which a hung process never answers. */
function killNow(child: UtilityProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // ESRCH: it has just ended by itself.
  }
}
