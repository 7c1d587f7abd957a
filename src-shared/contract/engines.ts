import { z } from 'zod';
import { EngineId } from '../model/recipes';
import { Message } from '../text/message';
import { command, nothing } from './define';

export const enginesCommands = {
  'engines.list': command(
    nothing,
    z.object({ engines: z.array(z.object({ id: EngineId, available: z.boolean(), detail: Message, repair: Message.nullable() })) }),
  ),
} as const;
