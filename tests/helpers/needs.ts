import { existsSync } from 'node:fs';
import type {} from '@vitest/runner';

declare module '@vitest/runner' {
  interface TaskMeta {
    /** Why it is left out; the closing report says it. */
    skipReason?: string;
  }
}

/** Options of a test or a group that runs only where `holds`, and else is left out for the reason told. */
export function onlyWhere(holds: boolean, reason: string): { skip?: true; meta?: { skipReason: string } } {
  return holds ? {} : { skip: true, meta: { skipReason: reason } };
}

export const onlyOnLinux = onlyWhere(process.platform === 'linux', 'it is about what only Linux has');

export const notOnWindows = onlyWhere(process.platform !== 'win32', 'Windows has no process groups, signals and file modes like these');

/**
 * As {@link onlyWhere}, for a program that Debian has in a package: on Debian npm test installs it, so that its absence there is a
 * failure and no reason to leave anything out.
 */
export function needsProgram(isThere: boolean, program: string, debianPackage: string): ReturnType<typeof onlyWhere> {
  if (!isThere && existsSync('/usr/bin/apt-get'))
    throw new Error(`${program} is missing: apt-get install ${debianPackage} (npm test does it)`);
  return onlyWhere(isThere, `it needs ${program}`);
}
