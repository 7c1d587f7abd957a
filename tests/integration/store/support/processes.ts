import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { bundleEntry } from '../../../helpers/bundle';
import { afterThisTest } from './stores';

/** One of the programs beside this file, as a real process of its own; killed after the test if it still runs. */
export interface TestProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly pid: number;
  /** Everything it has said so far. */
  output(): string;
  /** Waits until its output matches; fails when it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(): Promise<void>;
  /** Exit code, null after a signal. */
  exited: Promise<number | null>;
}

export async function startProgram(name: string, ...args: string[]): Promise<TestProcess> {
  const program = await bundleEntry(`tests/integration/store/support/${name}.ts`);
  const child = spawn(process.execPath, [program, ...args]);
  let output = '';
  const listeners = new Set<() => void>();
  const heard = (text: string): void => {
    output += text;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', heard);
  child.stderr.setEncoding('utf8').on('data', heard);
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  afterThisTest(kill);
  return {
    child,
    pid: child.pid ?? -1,
    output: () => output,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        void exited.then(() => reject(new Error(`${name} ended without saying ${String(pattern)}: ${output}`)));
        look();
      }),
    kill,
    exited,
  };
}
