import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DisposableStore } from '@shared/base/disposable';
import { TrainerEvent, type TrainerRequest } from '@shared/contract/trainer';
import type { DoctorItem } from '@shared/model/doctor';
import { engineIds, type EngineId } from '@shared/model/recipes';
import { containsMessage, message, messageOf, type Message } from '@shared/text/message';
import { engineRepair } from './engine-repair';
import { trainerSpec, type LaunchedProcess, type ProcessLauncher } from './launcher';

export interface EngineStatus {
  readonly id: EngineId;
  readonly available: boolean;
  /** What was loaded, or why it was not. */
  readonly detail: Message;
  /** What puts it right; null when it works. */
  readonly repair: Message | null;
}

export interface EngineProbe {
  /** Every engine, tried in a process of its own. A later call answers from memory until something was installed. */
  list(): Promise<EngineStatus[]>;
  doctor(): Promise<DoctorItem[]>;
  /** Ends what is being tried. Safe twice; waits. */
  close(): Promise<void>;
}

export interface EngineProbeOptions {
  readonly log: (level: 'error', text: string) => void;
  readonly launcher: ProcessLauncher;
  readonly enginesDir: string;
  /** Default false. */
  readonly isPackaged?: boolean;
  /** How long an engine may take to load, ms. */
  readonly timeoutMs?: number;
}

/** Changes when the engine's folder is installed anew. */
function installation(enginesDir: string, id: EngineId): string {
  const stat = statSync(join(enginesDir, id), { throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.mtimeMs}` : 'none';
}

/** Tells which engines load here. A native library that crashes or hangs takes only the probing process with it. */
export function createEngineProbe({ launcher, enginesDir, isPackaged = false, log, timeoutMs = 60_000 }: EngineProbeOptions): EngineProbe {
  const cache = new Map<EngineId, { key: string; status: Promise<EngineStatus> }>();
  const trying = new Set<{ process: LaunchedProcess; done: Promise<unknown> }>();
  let closed = false;

  const status = (id: EngineId): Promise<EngineStatus> => {
    const key = installation(enginesDir, id);
    const held = cache.get(id);
    if (held?.key === key) return held.status;
    const fresh = attempt(id).then((found) => ({
      id,
      available: found.available,
      detail: found.detail,
      repair: found.available ? null : engineRepair(id, { enginesDir, isPackaged }),
    }));
    cache.set(id, { key, status: fresh });
    return fresh;
  };

  const attempt = async (id: EngineId): Promise<Found> => {
    if (closed) return { available: false, detail: message('message.engine.closing') };
    if (id === 'cuda' && installation(enginesDir, id) === 'none')
      return { available: false, detail: message('message.engine.notInstalled') };
    let process: LaunchedProcess;
    try {
      process = launcher.launch(trainerSpec(null), (error) => log('error', `what the engine ${id} said was not taken: ${String(error)}`));
    } catch (error) {
      return { available: false, detail: messageOf(error) };
    }
    const done = answerOf(process, { t: 'probe', engine: id, enginesDir }, timeoutMs);
    const entry = { process, done };
    trying.add(entry);
    const found = await done;
    trying.delete(entry);
    return found;
  };

  const list = (): Promise<EngineStatus[]> => Promise.all(engineIds.map(status));
  return {
    list,
    async doctor() {
      return (await list()).map(({ id, available, detail, repair }) => ({
        id: `engine.${id}`,
        group: 'engine',
        name: message(`doctor.item.engine.${id}`),
        state: available ? 'works' : containsMessage(detail, 'message.engine.notInstalled') ? 'missing' : 'failing',
        detail,
        repair,
      }));
    },
    async close() {
      closed = true;
      const ends = [...trying].map(({ process, done }) => {
        process.kill('SIGKILL');
        return done;
      });
      await Promise.all(ends);
    },
  };
}

/** What a try gave: what was loaded, or why nothing was. */
type Found = Pick<EngineStatus, 'available' | 'detail'>;

function answerOf(process: LaunchedProcess, request: TrainerRequest, timeoutMs: number): Promise<Found> {
  return new Promise((resolve) => {
    const started = new DisposableStore();
    let detail: string | null = null;
    let failure: Message | null = null;
    let lastText = '';
    const timer = setTimeout(() => {
      failure ??= message('message.engine.late', { ms: timeoutMs });
      process.kill('SIGKILL');
    }, timeoutMs);
    started.defer(() => clearTimeout(timer));
    started.add(
      process.onLine((line) => {
        let json: unknown;
        try {
          json = JSON.parse(line);
        } catch {
          return;
        }
        const event = TrainerEvent.safeParse(json).data;
        if (event?.t === 'hello') detail = event.detail;
        if (event?.t === 'failed') failure = event.localized ?? event.message;
      }),
    );
    started.add(
      process.onText((_source, text) => {
        lastText = text.trim().split('\n').at(-1)?.slice(0, 300) || lastText;
      }),
    );
    started.add(
      process.onExit(({ code, signal, error }) => {
        started.dispose();
        const end = signal ?? (code === null ? message('message.exitUnknown') : message('message.exitCode', { code }));
        const ended = lastText ? message('message.engine.endedSaying', { end, words: lastText }) : message('message.engine.ended', { end });
        const why = failure ?? error;
        resolve(why === null && detail !== null ? { available: true, detail } : { available: false, detail: why ?? ended });
      }),
    );
    process.send(JSON.stringify(request));
  });
}
