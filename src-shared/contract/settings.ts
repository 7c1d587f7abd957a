import { z } from 'zod';
import { Settings, SettingsPatch, UnreadableSection } from '../model/settings';
import { command, nothing, stream } from './define';

export const settingsCommands = {
  'settings.get': command(nothing, Settings),
  'settings.set': command(SettingsPatch, Settings),
} as const;

export const settingsStreams = {
  'settings.live': stream(nothing, Settings),
  /** Stored sections that cannot be read: their defaults are in force. Setting one takes it off the list and keeps aside what was stored. */
  'settings.unreadable': stream(nothing, z.object({ sections: z.array(UnreadableSection) })),
} as const;
