import { z } from 'zod';
import { EngineId } from '../model/recipes';
import { Said } from '../phrases/phrase';
import { command, nothing } from './define';

export const enginesCommands = {
  'engines.list': command(
    nothing,
    z.object({ engines: z.array(z.object({ id: EngineId, available: z.boolean(), detail: Said, repair: z.string().nullable() })) }),
  ),
} as const;
