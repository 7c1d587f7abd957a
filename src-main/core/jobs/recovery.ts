import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '@shared/model/run';
import { bootId, isAlive } from '../../children/identity';
import { endGroup } from '../../children/group';
import { endMarked } from '../../children/marked';
import type { LeftProcess } from './launcher';
import { readProcessFile } from './process-file';
import type { LostProcess } from './state-machine';

/** How long a trainer that lost its core may take to end by itself, ms. */
const ORPHAN_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** What a core finds of a run that the one before left under way. */
export type Found =
  /** A program that prints into files: it runs on, or its end is to be read there. */
  | { readonly t: 'adopt'; readonly left: LeftProcess; readonly isAlive: boolean }
  /** Nothing that could be gone on with; whatever still ran has been ended. */
  | { readonly t: 'lost'; readonly found: LostProcess };

/**
 * Looks for the process of a lost run, by its pid and when it began, and ends what cannot be adopted: a trainer, whose channel
 * broke with its core, and what it left behind.
 */
export async function findLostProcess(runsDir: string, run: Run): Promise<Found> {
  const file = readProcessFile(runsDir, run.id);
  if (file === null) {
    // It may have begun just before its core was lost.
    const left = await endMarked(run.id, 'SIGKILL');
    return { t: 'lost', found: left > 0 ? 'ended' : 'unknown' };
  }
  const { identity, outputDir } = file;
  const lives = await isAlive(identity);
  if (outputDir !== null && existsSync(outputDir)) return { t: 'adopt', left: { identity, runId: run.id, outputDir }, isAlive: lives };
  if (identity.bootId !== bootId()) return { t: 'lost', found: 'rebooted' };
  const ended = lives ? await endsByItself(identity) : true;
  if (!ended) endGroup(identity.pid, 'SIGKILL');
  const left = await endMarked(run.id, 'SIGKILL');
  return { t: 'lost', found: !ended || left > 0 ? 'ended' : 'gone' };
}

async function endsByItself(identity: LeftProcess['identity']): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ORPHAN_MS; waitedMs += LOOK_EVERY_MS) {
    await setTimeout(LOOK_EVERY_MS);
    if (!(await isAlive(identity))) return true;
  }
  return false;
}
