import type { Migration } from '../file/migration';

/**
 * Blocks of level 5: the samples of series that give at most one a minute, some days in one, without rollups finer than an
 * hour; and columns of numbers as they are, not predicted (docs/storage-format.md). No table changes; the number keeps
 * apps that know neither from showing such series as empty or damaged. What was packed before stays as it is.
 */
export const sparseSamples: Migration = { version: 4, name: 'sparse samples', sql: '' };
