import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { ARTIFACTS_COUNTED_MAX, ARTIFACTS_LISTED_MAX, type RunArtifacts } from '@shared/model/artifacts';

/**
 * What lies in a run's folder for artifacts, links left out. One file after another, so that many of them hold up nobody.
 * @param mostCounted files beyond are not looked at
 */
export async function readArtifacts(path: string, signal?: AbortSignal, mostCounted = ARTIFACTS_COUNTED_MAX): Promise<RunArtifacts> {
  let files: RunArtifacts['files'] = [];
  let count = 0;
  let bytes = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await opendir(join(path, folder)).catch(() => null);
    if (entries === null) continue;
    for await (const entry of entries) {
      signal?.throwIfAborted();
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      if (!entry.isFile()) continue;
      if (count >= mostCounted) return { path, files: largest(files), count, bytes, complete: false };
      const stat = await lstat(join(path, name)).catch(() => null);
      if (stat === null) continue;
      count += 1;
      bytes += stat.size;
      files.push({ path: name, bytes: stat.size, atMs: Math.round(stat.mtimeMs) });
      if (files.length >= 2 * ARTIFACTS_LISTED_MAX) files = largest(files);
    }
  }
  return { path, files: largest(files), count, bytes, complete: true };
}

function largest(files: RunArtifacts['files']): RunArtifacts['files'] {
  return files.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)).slice(0, ARTIFACTS_LISTED_MAX);
}
