import { describe, expect, it } from 'vitest';
import { commands } from '@shared/contract';
import { MAX_SERIES_PER_QUERY } from '@shared/model/series';
import { TimeRange, wholeRange } from '@shared/model/time-range';

describe('a time range', () => {
  it.each([
    [{ fromMs: 5, toMs: 5 }, 'toMs must be after fromMs'],
    [{ fromMs: 6, toMs: 5 }, 'toMs must be after fromMs'],
    [{ fromMs: -1, toMs: 5 }, 'Too small: expected number to be >=0'],
    [{ fromMs: 0.5, toMs: 5 }, 'Invalid input: expected int, received number'],
  ])('refuses %o', (range, message) => {
    expect(TimeRange.safeParse(range).error?.issues[0]?.message).toBe(message);
  });

  it('is widened to whole milliseconds, and never before the epoch', () => {
    expect(wholeRange({ fromMs: 1.7, toMs: 2.1 })).toEqual({ fromMs: 1, toMs: 3 });
    expect(wholeRange({ fromMs: -0.2, toMs: 2 })).toEqual({ fromMs: 0, toMs: 2 });
  });

  const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
  const asked = {
    'history.query': (range: object, seriesIds = [1]) => commands['history.query'].input.safeParse({ ...range, seriesIds, maxPoints: 10 }),
    'export.start': (range: object, seriesIds = [1]) => commands['export.start'].input.safeParse({ ...range, seriesIds, format: 'csv' }),
    'events.query': (range: object) => commands['events.query'].input.safeParse(range),
    'energy.query': (range: object) => commands['energy.query'].input.safeParse({ ...range, by: 'runs', step: 'day' }),
  };

  it.each(Object.entries(asked))('%s takes one, and none that goes backwards', (_name, ask) => {
    expect(ask({ fromMs: 1, toMs: 2 }).success).toBe(true);
    expect(ask({ fromMs: 2, toMs: 1 }).error?.issues.map(({ message }) => message)).toContain('toMs must be after fromMs');
  });

  it('of a chart names at most MAX_SERIES_PER_QUERY series; a file may have more', () => {
    expect(asked['history.query']({ fromMs: 1, toMs: 2 }, ids(MAX_SERIES_PER_QUERY)).success).toBe(true);
    expect(asked['history.query']({ fromMs: 1, toMs: 2 }, ids(MAX_SERIES_PER_QUERY + 1)).success).toBe(false);
    expect(asked['export.start']({ fromMs: 1, toMs: 2 }, ids(MAX_SERIES_PER_QUERY + 1)).success).toBe(true);
  });
});
