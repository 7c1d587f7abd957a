import { spawnSync } from 'node:child_process';

/** Debian's package, installed here when it is missing and this user may; null with the reason when it cannot be had. */
export function prometheus(): string | null {
  const there = (): boolean => spawnSync('promtool', ['--version']).status === 0 && spawnSync('prometheus', ['--version']).status === 0;
  if (there()) return null;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'Prometheus is not installed (Debian: apt-get install prometheus)';
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'prometheus'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return there() ? null : 'Prometheus could not be installed with apt-get';
}
