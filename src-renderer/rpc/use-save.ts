import { useCallback, useState } from 'react';
import type { AppError } from '@shared/contract/errors';
import { toAppError } from '../data/loadable';
import type { SettingsChange } from '../data/settings-changes';
import { useServices } from './context';

export interface Save {
  readonly state: 'idle' | 'saving' | 'saved' | AppError;
  /** Resolves when it is known how it went. */
  readonly save: (change: SettingsChange, then: () => void) => Promise<void>;
}

/** Sends a change to the core, which applies it at once and keeps it; all windows hear of it by the settings stream. */
export function useSave(): Save {
  const { settingsChanges } = useServices();
  const [state, setState] = useState<Save['state']>('idle');
  const save = useCallback(
    (change: SettingsChange, then: () => void): Promise<void> => {
      setState('saving');
      return settingsChanges.make(change).then(
        () => {
          setState('saved');
          then();
        },
        (error: unknown) => setState(toAppError(error)),
      );
    },
    [settingsChanges],
  );
  return { state, save };
}
