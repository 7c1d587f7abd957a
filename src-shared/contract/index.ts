import type { z } from 'zod';
import { appCommands } from './app';
import { backupsCommands, backupsStreams } from './backups';
import { collectorsCommands, collectorsStreams } from './collectors';
import { coolingCommands, coolingStreams } from './cooling';
import { energyCommands, energyStreams } from './energy';
import { curvesCommands } from './curves';
import { datasetsCommands, datasetsStreams } from './datasets';
import { enginesCommands } from './engines';
import { eventsCommands, eventsStreams } from './events';
import { exportsCommands, exportsStreams } from './exports';
import { historyCommands } from './history';
import { importsCommands, importsStreams } from './imports';
import { madeFilesCommands } from './made-files';
import { manualCommands, manualStreams } from './manual';
import { modelsCommands } from './models';
import { marksCommands, marksStreams } from './marks';
import { powerTreeCommands, powerTreeStreams } from './power-tree';
import { programsCommands, programsStreams } from './programs';
import { recipesCommands, recipesStreams } from './recipes';
import { roomsCommands, roomsStreams } from './rooms';
import { runImportsCommands, runImportsStreams } from './run-imports';
import { runsCommands, runsStreams } from './runs';
import { secretsCommands, secretsStreams } from './secrets';
import { selftestCommands, selftestStreams } from './selftest';
import { settingsCommands, settingsStreams } from './settings';
import { telemetryCommands, telemetryStreams } from './telemetry';
import { viewsCommands, viewsStreams } from './views';

/** Everything a page can ask of the core, once: name → input and output. */
export const commands = {
  ...appCommands,
  ...backupsCommands,
  ...collectorsCommands,
  ...coolingCommands,
  ...curvesCommands,
  ...energyCommands,
  ...datasetsCommands,
  ...enginesCommands,
  ...eventsCommands,
  ...exportsCommands,
  ...historyCommands,
  ...importsCommands,
  ...madeFilesCommands,
  ...manualCommands,
  ...marksCommands,
  ...modelsCommands,
  ...powerTreeCommands,
  ...programsCommands,
  ...recipesCommands,
  ...roomsCommands,
  ...runImportsCommands,
  ...runsCommands,
  ...secretsCommands,
  ...selftestCommands,
  ...settingsCommands,
  ...telemetryCommands,
  ...viewsCommands,
} as const;

/** Everything a page can listen to: name → parameters and frame. */
export const streams = {
  ...backupsStreams,
  ...collectorsStreams,
  ...coolingStreams,
  ...datasetsStreams,
  ...energyStreams,
  ...eventsStreams,
  ...exportsStreams,
  ...importsStreams,
  ...manualStreams,
  ...marksStreams,
  ...powerTreeStreams,
  ...programsStreams,
  ...recipesStreams,
  ...roomsStreams,
  ...runImportsStreams,
  ...runsStreams,
  ...secretsStreams,
  ...selftestStreams,
  ...settingsStreams,
  ...telemetryStreams,
  ...viewsStreams,
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandInput<N extends CommandName> = z.input<Commands[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<Commands[N]['output']>;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

export type Streams = typeof streams;
export type StreamName = keyof Streams;
export type StreamParams<N extends StreamName> = z.input<Streams[N]['params']>;
export type StreamFrame<N extends StreamName> = z.output<Streams[N]['frame']>;

export function isStreamName(name: string): name is StreamName {
  return Object.hasOwn(streams, name);
}
