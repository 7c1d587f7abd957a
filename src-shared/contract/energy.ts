import { z } from 'zod';
import { EnergyAnswer, EnergyQuery, Pue, PuePeriod } from '../model/energy';
import { PowerFlow } from '../model/power-flow';
import { PueFamily, PueFamilyQuery } from '../model/pue';
import { command, nothing, stream } from './define';

export const energyCommands = {
  /** What was drawn, by the ledger. Fails with `invalid-input` for a time zone that is none, `too-large`. */
  'energy.query': command(EnergyQuery, EnergyAnswer),
  'energy.pue': command(z.object({ period: PuePeriod }), Pue),
  /** PUE and what belongs to it by stretches of time. Fails as `energy.query` does. */
  'energy.pueFamily': command(PueFamilyQuery, PueFamily),
} as const;

export const energyStreams = {
  /** At once, then whenever the ledger has stored more (a few times a minute): answers made before `atMs` may be old. */
  'energy.changed': stream(nothing, z.object({ atMs: z.number() })),
  /** Where the room's power goes: at once, then with each tick. */
  'energy.flow': stream(nothing, PowerFlow),
} as const;
