import type { DatasetPart } from '@shared/model/dataset';

/** The part of a split that a name tells; null = none. MNIST's test part is called t10k. */
export function partOf(name: string): DatasetPart | null {
  if (/(?:^|[^a-z])(?:test|t10k)/i.test(name)) return 'test';
  if (/(?:^|[^a-z])val(?:id(?:ation)?)?(?:[^a-z]|$)/i.test(name)) return 'validation';
  return /(?:^|[^a-z])train/i.test(name) ? 'train' : null;
}
