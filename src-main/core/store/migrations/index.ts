import { initial } from './0001-initial';
import { blocks } from './0002-blocks';
import type { Migration } from './migration';

/** Every step of the schema, in order, without a gap. */
export const migrations: readonly Migration[] = [initial, blocks];
