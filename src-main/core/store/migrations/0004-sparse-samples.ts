import type { Migration } from './migration';

/**
 * Blocks of level 5: the samples of series that give at most one a minute, some days in one, without rollups finer than an
 * hour (docs/storage-format.md). No table changes; the number keeps apps that do not know this level from showing its
 * series as empty. What was packed before stays as it is.
 */
export const sparseSamples: Migration = { version: 4, name: 'sparse samples', sql: '' };
