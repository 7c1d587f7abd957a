import { expect, it, vi } from 'vitest';
import { endGroup, endLeftBehind, type Ending } from '../../../../src-main/children/group';

const ending = (platform: NodeJS.Platform, kill: Ending['kill'] = vi.fn()): Ending => ({ platform, kill, run: vi.fn() });

it('on Windows taskkill ends the whole tree by force', () => {
  const windows = ending('win32');
  expect(endGroup(42, 'SIGTERM', windows)).toBe(true);
  expect(windows.run).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/\\System32\\taskkill\.exe$/), ['/PID', '42', '/T', '/F']);
  expect(windows.kill).not.toHaveBeenCalled();
  // The number may be another program's by now.
  endLeftBehind(42, windows);
  expect(windows.run).toHaveBeenCalledOnce();
});

it('elsewhere the group gets the signal, and nobody there is no error', () => {
  const linux = ending('linux');
  expect(endGroup(42, 'SIGTERM', linux)).toBe(true);
  expect(linux.kill).toHaveBeenCalledExactlyOnceWith(-42, 'SIGTERM');
  const empty = ending('linux', () => {
    throw new Error('ESRCH');
  });
  expect(endGroup(42, 'SIGKILL', empty)).toBe(false);
  expect(() => endLeftBehind(42, empty)).not.toThrow();
  expect(endGroup(undefined, 'SIGKILL', linux)).toBe(false);
});
