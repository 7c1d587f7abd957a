import { TrainerRequest, type TrainerEvent } from '@shared/contract/trainer';
import { openChannel } from './channel';
import { endOwnGroup, leadOwnGroup } from './process-group';
import { createSession, failure } from './session';
import { startWatchdog } from './watchdog';

/** Set by a runtime that is not this process's own parent (the core behind the desktop): whose end ends the trainer. */
const PARENT_PID = Number(process.env.COLDAISLE_PARENT_PID) || process.ppid;
/** A trainer that never learns what to do ends by itself. */
const FIRST_REQUEST_MS = 60_000;

// First: what starts before would not belong to it.
leadOwnGroup();
const channel = openChannel();
let orphaned = false;
const say = (event: TrainerEvent): void => channel.send(JSON.stringify(event));
const session = createSession(say);

async function leave(code: number): Promise<never> {
  await Promise.race([channel.drain(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  process.exit(code);
}

function fail(error: unknown): void {
  say(failure(error));
  void leave(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.on('SIGTERM', () => session.stop());
process.on('SIGINT', () => session.stop());

const endRun = (): void => {
  orphaned = true;
  session.stop();
};
startWatchdog({ parentPid: PARENT_PID }, endRun);
channel.onClosed(endRun);
// Nobody is left to end what this process started.
process.on('exit', () => {
  if (orphaned) endOwnGroup();
});

const patience = setTimeout(() => session.stop(), FIRST_REQUEST_MS);
channel.onLine((line) => {
  clearTimeout(patience);
  const request = TrainerRequest.safeParse(parse(line));
  if (request.success) session.request(request.data);
  else fail(new Error(`The request cannot be understood: ${request.error.message}`));
});

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

void session.done.then(leave);
