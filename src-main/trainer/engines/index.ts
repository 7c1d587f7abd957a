import type { EngineId } from '@shared/model/recipes';
import { cuda } from './cuda';
import type { Engine } from './engine';
import { wasm } from './wasm';

export const engines: Record<EngineId, Engine> = { wasm, cuda };
