import { describe, expect, it } from 'vitest';
import { hashOf, pageOf, parseRoute } from '../../../../src-renderer/app/routes';

describe('routes', () => {
  it.each([
    ['', { page: 'room' }],
    ['#/', { page: 'room' }],
    ['#/training', { page: 'training' }],
    ['#/training/', { page: 'training' }],
    ['#/training/r9d1f20c', { page: 'run', runId: 'r9d1f20c', view: null }],
    ['#/training/r9d1f20c?tab=log', { page: 'run', runId: 'r9d1f20c', view: 'tab=log' }],
    ['#/compare', { page: 'compare', view: '' }],
    ['#/compare?runs=a,b', { page: 'compare', view: 'runs=a,b' }],
    ['#/training/a%2Fb', { page: 'run', runId: 'a/b', view: null }],
    ['#/history', { page: 'history', view: null }],
    ['#/history?from=1&to=2', { page: 'history', view: 'from=1&to=2' }],
    ['#/device/node%2Fx%2Fgpu0', { page: 'device', device: 'node/x/gpu0' }],
    ['#/settings', { page: 'settings', section: 'general' }],
    ['#/settings/sources', { page: 'settings', section: 'sources' }],
    ['#/settings/secrets/', { page: 'settings', section: 'secrets' }],
    ['#/doctor', { page: 'doctor' }],
  ])('reads %j', (hash, route) => expect(parseRoute(hash)).toEqual(route));

  it.each([
    '#/nowhere',
    '#/training/a/b',
    '#/history/x',
    '#/settings/x',
    '#/settings/sources/x',
    '#/training/%E0%A4%A',
    `#/training/${'x'.repeat(41)}`,
  ])('does not know %j', (hash) => {
    expect(parseRoute(hash).page).toBe('unknown');
    expect(pageOf(parseRoute(hash))).toBeNull();
  });

  it('writes what it reads', () => {
    for (const route of [
      { page: 'room' },
      { page: 'training' },
      { page: 'run', runId: 'a/b c', view: 'tab=room' },
      { page: 'compare', view: 'runs=a,b' },
      { page: 'history', view: null },
      { page: 'history', view: 'from=1&to=2' },
      { page: 'device', device: 'node/x/gpu0' },
      { page: 'settings', section: 'general' },
      { page: 'settings', section: 'secrets' },
      { page: 'doctor' },
    ] as const) {
      expect(parseRoute(hashOf(route))).toEqual(route);
    }
  });

  it('shows a run under training', () => {
    expect(pageOf({ page: 'run', runId: 'x', view: null })).toBe('training');
  });
});
