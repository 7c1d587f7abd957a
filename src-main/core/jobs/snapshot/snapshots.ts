import type { Log } from '@shared/base/log';
import type { DeviceRecord } from '@shared/model/device-record';
import type { Program } from '@shared/model/program';
import type { RunSnapshot } from '@shared/model/run-snapshot';
import { maskCommand } from '../../processes/mask-command';
import type { RunTables } from '../../store/records/runs/runs';
import { createMask } from './mask';
import { gitSnapshot } from './git';
import { machineSnapshot } from './machine';
import { pythonSnapshot } from './python';

/** As the core ends, what is still being found out is waited for so long, ms. */
const CLOSE_MS = 2_000;

interface SnapshotsOptions {
  readonly writer: { readonly runs: Pick<RunTables, 'putSnapshot'> };
  readonly devices: () => readonly DeviceRecord[];
  readonly redact: (text: string) => string;
  /** The folder with the helper for Python programs, which is on the path of each. */
  readonly pythonDir: string;
  readonly log: Log;
}

/** A program as it is started: its environment is whole. */
export interface StartedProgram {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
}

/** Takes down what there is when a program's run begins, beside the start: nothing waits for it, and nothing fails by it. */
export class Snapshots {
  private readonly taking = new Map<string, Promise<void>>();
  private readonly abort = new AbortController();

  constructor(private readonly options: SnapshotsOptions) {}

  begin(runId: string, started: StartedProgram): void {
    const { log, writer } = this.options;
    const taking = takeSnapshot(started, this.options, this.abort.signal)
      .then((snapshot) => writer.runs.putSnapshot(runId, snapshot))
      .catch((error: unknown) => log('warn', `What there was when run ${runId} began could not be kept: ${String(error)}`))
      .finally(() => this.taking.delete(runId));
    this.taking.set(runId, taking);
  }

  /** Once nothing more is being found out of this run. */
  async settled(runId: string): Promise<void> {
    await this.taking.get(runId);
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.abort.abort(), CLOSE_MS);
    await Promise.all(this.taking.values());
    clearTimeout(timer);
  }
}

async function takeSnapshot(
  { program, env }: StartedProgram,
  { devices, redact, pythonDir }: SnapshotsOptions,
  signal: AbortSignal,
): Promise<RunSnapshot> {
  const takenAtMs = Date.now();
  const mask = createMask(redact);
  const [git, python, machine] = await Promise.all([
    gitSnapshot(program.cwd, mask, signal),
    pythonSnapshot(program, env, pythonDir, mask, signal),
    machineSnapshot(devices(), signal),
  ]);
  return {
    takenAtMs,
    command: maskCommand([program.command, ...program.args], redact),
    cwd: program.cwd,
    environment: Object.fromEntries(
      Object.entries(env)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => [name, mask.variable(name, value)]),
    ),
    git,
    python,
    machine,
  };
}
