import { z } from 'zod';
import { EnergyAnswer, EnergyQuery, Pue, PuePeriod } from '../model/energy';
import { command } from './define';

export const energyCommands = {
  /** What was drawn, by the ledger. Fails with `invalid-input` for a time zone that is none, `too-large`. */
  'energy.query': command(EnergyQuery, EnergyAnswer),
  'energy.pue': command(z.object({ period: PuePeriod }), Pue),
} as const;
