import type { Migration } from './migration';

const renamed: readonly (readonly [before: string, after: string])[] = [
  ['annotation', 'note'],
  ['xid', 'gpu.xid'],
  ['gpu-lost', 'device.lost'],
  ['gpu-back', 'device.back'],
  ['device-lost', 'device.lost'],
  ['device-back', 'device.back'],
  ['driver-lost', 'driver.lost'],
  ['driver-back', 'driver.back'],
  ['device-missing', 'device.missing'],
  ['device-removed', 'device.removed'],
  ['device-added', 'device.added'],
  ['device-slept', 'device.asleep'],
  ['device-woke', 'device.awake'],
  ['power-scope', 'power.scope'],
];

/**
 * Kinds begin with what they happen to, so that all of a run's or a collector's are asked for at once. `values` is a JSON
 * object of what was measured or named then, `by` who did it; both null for what was recorded before, but for people's notes.
 */
export const eventModel: Migration = {
  version: 12,
  name: 'event model',
  sql: `
    ALTER TABLE event ADD COLUMN "values" TEXT;
    ALTER TABLE event ADD COLUMN "by" TEXT;
    UPDATE event SET "by" = 'person' WHERE kind = 'annotation';
    ${renamed.map(([before, after]) => `UPDATE event SET kind = '${after}' WHERE kind = '${before}';`).join('\n    ')}
  `,
};
