import { expect, it } from 'vitest';
import { PendingPoints } from '../../../../src-main/core/jobs/pending-points';

it('points that cannot be stored are held within bounds, however many scalars a run has; the newest stay', () => {
  const pending = new PendingPoints();
  const names = Array.from({ length: 500 }, (_, i) => `grad/${i}`);
  for (let part = 0; part < 3; part++) {
    const step = Array.from({ length: 1000 }, (_, i) => part * 1000 + i);
    pending.addAll(names.map((name) => ({ name, step, atMs: step, value: step })));
  }
  const curves = pending.append().curves ?? [];
  expect(curves).toHaveLength(500);
  expect(curves.reduce((sum, { value }) => sum + value.length, 0)).toBe(1_000_000);
  expect(curves[7]?.step.at(0)).toBe(1000);
  expect(curves[7]?.step.at(-1)).toBe(2999);
});
