import { useState } from 'react';
import type { SettingsPatch } from '@shared/model/settings';
import type { AppError } from '@shared/contract/errors';
import { toAppError } from '../data/loadable';
import { useServices } from './context';

export interface Save {
  readonly state: 'idle' | 'saving' | 'saved' | AppError;
  readonly save: (patch: SettingsPatch, then: () => void) => void;
}

/** Sends a change to the core, which applies it at once and keeps it; all windows hear of it by the settings stream. */
export function useSave(): Save {
  const { client } = useServices();
  const [state, setState] = useState<Save['state']>('idle');
  const save = (patch: SettingsPatch, then: () => void): void => {
    setState('saving');
    client.call('settings.set', patch).then(
      () => {
        setState('saved');
        then();
      },
      (error: unknown) => setState(toAppError(error)),
    );
  };
  return { state, save };
}
