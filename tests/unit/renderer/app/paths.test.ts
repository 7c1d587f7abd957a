import { describe, expect, it } from 'vitest';
import { navPageOf, navPages, pages } from '../../../../src-renderer/app/pages';
import { parseAddress, paths, toDevice, toHistory, toPage, toRun, toSettings, type PageId } from '../../../../src-renderer/app/paths';
import { withViewParam } from '../../../../src-renderer/app/router';

describe('addresses', () => {
  it.each([
    ['', 'room', {}, null],
    ['#/', 'room', {}, null],
    ['#/room', 'room', {}, null],
    ['#/training', 'training', {}, null],
    ['#/training/', 'training', {}, null],
    ['#/training/r9d1f20c', 'run', { runId: 'r9d1f20c' }, null],
    ['#/training/r9d1f20c?tab=log', 'run', { runId: 'r9d1f20c' }, 'tab=log'],
    ['#/training/a%2Fb', 'run', { runId: 'a/b' }, null],
    ['#/history', 'history', {}, null],
    ['#/history?', 'history', {}, null],
    ['#/history?from=1&to=2', 'history', {}, 'from=1&to=2'],
    ['#/history?series=a?b', 'history', {}, 'series=a?b'],
    ['#/device/node%2Fx%2Fgpu0', 'device', { device: 'node/x/gpu0' }, null],
    ['#/settings', 'settings', { section: 'general' }, null],
    ['#/settings/sources', 'settings', { section: 'sources' }, null],
    ['#/settings/secrets/', 'settings', { section: 'secrets' }, null],
    ['#/doctor', 'doctor', {}, null],
  ])('reads %j', (hash, page, params, view) => expect(parseAddress(hash)).toEqual({ page, params, view }));

  it.each([
    '#/nowhere',
    '#/training/a/b',
    '#/history/x',
    '#/settings/x',
    '#/settings/sources/x',
    '#/training/%E0%A4%A',
    `#/training/${'x'.repeat(41)}`,
    '#/device',
    '#//training',
  ])('does not know %j', (hash) => expect(parseAddress(hash)).toEqual({ page: 'unknown', hash }));

  it.each([
    [toPage('room'), '#/'],
    [toPage('training'), '#/training'],
    [toRun('a/b c'), '#/training/a%2Fb%20c'],
    [toRun('r1', 'tab=log'), '#/training/r1?tab=log'],
    [toDevice('node/x/gpu0'), '#/device/node%2Fx%2Fgpu0'],
    [toHistory('from=1&to=2'), '#/history?from=1&to=2'],
    [toSettings(), '#/settings'],
    [toSettings('sources'), '#/settings/sources'],
    [toPage('doctor'), '#/doctor'],
  ])('writes %j', (written, hash) => {
    expect(written).toBe(hash);
    expect(parseAddress(hash).page).not.toBe('unknown');
  });
});

describe('the view in an address', () => {
  it('changes one word and leaves the others', () => {
    expect(withViewParam('#/training/r1', 'tab', 'log')).toBe('#/training/r1?tab=log');
    expect(withViewParam('#/training/r1?x=1&tab=log', 'tab', 'bill')).toBe('#/training/r1?x=1&tab=bill');
    expect(withViewParam('#/training/r1?tab=log', 'tab', null)).toBe('#/training/r1');
  });
});

describe('the list of pages', () => {
  it('has a page behind every address, which can be fetched', async () => {
    for (const id of Object.keys(paths) as PageId[]) {
      const { view } = pages[id];
      expect(typeof (await view.want()), id).toBe('function');
      expect(view.get(), id).not.toBeNull();
    }
  });

  it('opens each page of the navigation by a key of its own, at its own address', () => {
    expect(new Set(navPages.map(({ key }) => key)).size).toBe(navPages.length);
    for (const { id, to } of navPages) expect(parseAddress(to).page).toBe(id);
  });

  it('shows a run under training and a device under the room', () => {
    expect([navPageOf('run'), navPageOf('device'), navPageOf('history')]).toEqual(['training', 'room', 'history']);
  });
});
