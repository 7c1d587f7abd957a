import { createRequire } from 'node:module';
import { message, MessageError, type KeyedMessage, type Message } from '@shared/text/message';
import type * as Koffi from 'koffi';
import type { Log } from '@shared/base/log';
import { nvmlFunctions, Ret, retName, signatures, type NvmlFunction } from './bindings';

/** The driver went away under a working session (reloaded, updated, unloaded): everything known of it is void. */
export class NvmlUnavailable extends MessageError {}

/** One GPU fell off the bus or must be reset; the others answer on. */
export class GpuLost extends MessageError {}

export type Startup =
  | { readonly state: 'running' }
  /** There is no library to call here, now: nothing of NVML can work. */
  | { readonly state: 'no-library'; readonly reason: Message }
  /** The library is there, the driver does not answer it. */
  | { readonly state: 'no-driver'; readonly reason: KeyedMessage };

export interface NvmlLibraryOptions {
  /** Names or paths tried in turn. */
  readonly libraries: readonly string[];
  readonly log: Log;
  /** Where the call under way can be seen from another thread: index into nvmlFunctions + 1, 0 = none. */
  readonly calling: Int32Array;
}

type Argument = number | bigint | Buffer;
type NativeFunction = (...args: readonly Argument[]) => unknown;
interface Native {
  readonly handle: Koffi.LibraryHandle;
  readonly path: string;
}

/**
 * The one funnel for every call into the NVIDIA driver's library. Loads it at the first {@link start}; a function the
 * library does not have is logged once and counts as unsupported; a driver that went away and a lost GPU are thrown, so
 * that no caller can take them for a missing value.
 */
export class NvmlLibrary {
  private native: Native | null = null;
  private initialized = false;
  private readonly bound = new Map<NvmlFunction, NativeFunction | null>();
  private readonly logged = new Set<string>();

  constructor(private readonly options: NvmlLibraryOptions) {}

  /** Loads and initializes what is not yet. Called again after {@link NvmlUnavailable}, it starts anew. */
  start(): Startup {
    if (this.initialized) return { state: 'running' };
    const missing = this.load();
    if (missing !== null) return { state: 'no-library', reason: missing };
    const code = this.invoke('nvmlInit_v2', []);
    if (code === Ret.functionNotFound)
      return { state: 'no-library', reason: message('message.nvml.noFunction', { library: this.native?.path ?? '', name: 'nvmlInit_v2' }) };
    if (code === Ret.libRmVersionMismatch) this.unload();
    if (code !== Ret.success) return { state: 'no-driver', reason: initWords(code) };
    this.initialized = true;
    return { state: 'running' };
  }

  /** Gives the driver back. Safe when nothing was started. */
  stop(): void {
    if (!this.initialized) return;
    this.initialized = false;
    this.invoke('nvmlShutdown', []);
  }

  /**
   * One call. @returns its nvmlReturn_t, when it is an answer about the value asked for
   * @throws {NvmlUnavailable} @throws {GpuLost}
   */
  call(name: NvmlFunction, ...args: readonly Argument[]): number {
    const code = this.invoke(name, args);
    switch (code) {
      case Ret.success:
      case Ret.notSupported:
      case Ret.functionNotFound:
      case Ret.notFound:
      case Ret.noData:
      case Ret.timeout:
      case Ret.insufficientSize:
      case Ret.deprecated:
        return code;
      case Ret.uninitialized:
      case Ret.driverNotLoaded:
      case Ret.libRmVersionMismatch:
        this.initialized = false;
        throw new NvmlUnavailable(message('message.nvml.call', { call: name, why: initWords(code) }));
      case Ret.gpuIsLost:
      case Ret.resetRequired:
        throw new GpuLost(
          message('message.nvml.call', {
            call: name,
            why: message(code === Ret.gpuIsLost ? 'message.nvml.offBus' : 'message.nvml.mustReset'),
          }),
        );
      default:
        this.logOnce(`${name} answers ${retName(code)}`);
        return code;
    }
  }

  private invoke(name: NvmlFunction, args: readonly Argument[]): number {
    const native = this.bind(name);
    if (native === null) return Ret.functionNotFound;
    this.options.calling[0] = nvmlFunctions.indexOf(name) + 1;
    try {
      return Number(native(...args));
    } finally {
      this.options.calling[0] = 0;
    }
  }

  private bind(name: NvmlFunction): NativeFunction | null {
    const known = this.bound.get(name);
    if (known !== undefined) return known;
    let made: NativeFunction | null = null;
    try {
      made = this.native?.handle.func(name, 'int', [...signatures[name]]) ?? null;
    } catch {
      this.logOnce(`the driver's library has no ${name}`);
    }
    this.bound.set(name, made);
    return made;
  }

  /** @returns why there is no library, or null */
  private load(): Message | null {
    if (this.native !== null) return null;
    let koffi: typeof Koffi;
    try {
      koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
    } catch (error) {
      return message('message.nvml.noKoffi', { why: firstLine(error) });
    }
    const reasons: string[] = [];
    for (const path of this.options.libraries) {
      try {
        this.native = { handle: koffi.load(path), path };
        return null;
      } catch (error) {
        reasons.push(`${path}: ${firstLine(error)}`);
      }
    }
    return reasons[0] ?? message('message.nvml.noLibrary');
  }

  /** An updated driver put a new file in the old one's place; the next start takes that one. */
  private unload(): void {
    this.native?.handle.unload();
    this.native = null;
    this.bound.clear();
  }

  private logOnce(text: string): void {
    if (this.logged.has(text)) return;
    this.logged.add(text);
    this.options.log('warn', `NVML: ${text}`);
  }
}

/** The names the driver installs it under, by platform. */
export function nvmlLibraries(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'linux') return ['libnvidia-ml.so.1'];
  // Drivers before 2017 kept it apart from the system's folder.
  if (platform === 'win32') return ['nvml.dll', 'C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvml.dll'];
  return [];
}

function initWords(code: number): KeyedMessage {
  switch (code) {
    case Ret.driverNotLoaded:
    case Ret.uninitialized:
      return message('message.nvml.notLoaded');
    case Ret.libRmVersionMismatch:
      return message('message.nvml.versions');
    case Ret.noPermission:
      return message('message.nvml.forbidden');
    default:
      return message('message.nvml.noStart', { code: retName(code) });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
