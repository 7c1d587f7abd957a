import type { ScenarioFault, ScenarioJob } from './schema';

/** What a node does at one moment; shares are 0–1, rates B/s. */
export interface Work {
  readonly gpu: number;
  readonly gpuMemoryTraffic: number;
  readonly gpuMemory: number;
  readonly cpu: number;
  readonly memory: number;
  readonly receive: number;
  readonly transmit: number;
  readonly read: number;
  readonly write: number;
}

export type Phase = 'rest' | 'load' | 'compute' | 'checkpoint';

const MB = 1e6;
const rest: Work = {
  gpu: 0,
  gpuMemoryTraffic: 0,
  gpuMemory: 0.006,
  cpu: 0.02,
  memory: 0.04,
  receive: 0.02 * MB,
  transmit: 0.02 * MB,
  read: 0,
  write: 0.1 * MB,
};

/** Where a job is in its round `elapsedS` seconds after it began; negative = not yet. */
export function phaseAt(job: ScenarioJob, elapsedS: number): Phase {
  if (elapsedS < 0) return 'rest';
  const round = job.loadS + job.computeS + job.idleS;
  const inRound = round === 0 ? 0 : elapsedS % round;
  if (inRound < job.loadS) return 'load';
  const computing = inRound - job.loadS;
  if (computing >= job.computeS) return 'rest';
  const inPeriod = computing % (job.checkpointEveryS + job.checkpointS);
  return inPeriod < job.checkpointEveryS ? 'compute' : 'checkpoint';
}

/** What each node of a job does in a phase. With several nodes the gradients go over the network. */
function workOf(job: ScenarioJob, phase: Phase): Work {
  const load = job.gpuLoadPercent / 100;
  const exchange = job.nodes > 1 ? 9_000 * MB : 2 * MB;
  switch (phase) {
    case 'rest':
      return rest;
    case 'load':
      return {
        gpu: 0.06,
        gpuMemoryTraffic: 0.1,
        gpuMemory: 0.3 * job.memoryShare,
        cpu: 0.55,
        memory: 0.5,
        receive: 1_200 * MB,
        transmit: 12 * MB,
        read: 2_400 * MB,
        write: 8 * MB,
      };
    case 'compute':
      return {
        gpu: load,
        gpuMemoryTraffic: 0.62 * load,
        gpuMemory: job.memoryShare,
        cpu: 0.18,
        memory: 0.45,
        receive: exchange,
        transmit: exchange,
        read: 180 * MB,
        write: 2 * MB,
      };
    case 'checkpoint':
      return {
        gpu: 0.03,
        gpuMemoryTraffic: 0.2,
        gpuMemory: job.memoryShare,
        cpu: 0.3,
        memory: 0.6,
        receive: 20 * MB,
        transmit: 900 * MB,
        read: 5 * MB,
        write: 3_200 * MB,
      };
  }
}

/** How long ago the fault's present occurrence began, s; null when it is not there now. */
export function sinceFault({ atS, lastsS, everyS }: ScenarioFault, nowS: number): number | null {
  if (nowS < atS) return null;
  const since = everyS === null ? nowS - atS : (nowS - atS) % everyS;
  return since < lastsS ? since : null;
}

/** When the last occurrence of a fault was over, s; null when none was. */
function lastOver({ atS, lastsS, everyS }: ScenarioFault, nowS: number): number | null {
  if (nowS < atS + lastsS) return null;
  if (everyS === null) return atS + lastsS;
  return atS + lastsS + Math.floor((nowS - atS - lastsS) / everyS) * everyS;
}

/** What a job's nodes do now: an error of one of their GPUs ends it, and it begins anew when that is over. */
export function workNow(job: ScenarioJob, errors: readonly ScenarioFault[], nowS: number): Work {
  let startS = job.startS;
  for (const error of errors) {
    if (sinceFault(error, nowS) !== null) return rest;
    startS = Math.max(startS, lastOver(error, nowS) ?? startS);
  }
  return workOf(job, phaseAt(job, nowS - startS));
}

export const restingWork: Work = rest;
