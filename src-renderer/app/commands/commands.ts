import { historyCommands } from '../../features/history/commands';
import { roomCommands } from '../../features/room/commands';
import { trainingCommands } from '../../features/training/commands';
import type { Command } from './command';
import { windowCommands } from './window-commands';

/** All that can be done from anywhere: a line for each feature that brings some. */
export const commands: readonly Command[] = [...windowCommands, ...trainingCommands, ...historyCommands, ...roomCommands];
