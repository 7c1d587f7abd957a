import { readdirSync, readlinkSync } from 'node:fs';
import { openReader } from '../../../../src-main/core/store/reader';
import { openWriter } from '../../../../src-main/core/store/writer';
import { csvChunks } from '../../../../src-main/core/store/samples/csv-export';

/** Uses writer and reader, closes both and says what is left open. It must end by itself: `<data folder> <reader program>`. */
async function main(dataDir: string, workerPath: string): Promise<void> {
  // A worker connects to these on its own account; they are of the process, not of the store.
  for (const stream of [process.stdout, process.stderr]) stream.write('');
  const before = process.getActiveResourcesInfo();
  const writer = openWriter({ dataDir });
  const { id } = writer.samples.ensureSeries({ device: 'gpu0', metric: 'gpu.power', provenance: 'measured', label: '' });
  const reader = openReader({ databasePath: writer.path, workerPath });
  writer.samples.commit([{ seriesId: id, atMs: 1000, value: 1 }]);
  const pieces: string[] = [];
  for await (const piece of csvChunks(reader.samples, { seriesIds: [id], fromMs: 0, toMs: 2000 })) pieces.push(piece);
  const abort = new AbortController();
  const abandoned = reader.samples.columns({ seriesIds: [id], fromMs: 0, toMs: 2000 }, abort.signal).catch(() => undefined);
  abort.abort();
  await abandoned;
  await reader.close();
  writer.close();
  const resources = process.getActiveResourcesInfo();
  for (const resource of before) resources.splice(resources.indexOf(resource), 1);
  const files =
    process.platform === 'linux'
      ? readdirSync('/proc/self/fd')
          .map(linkOf)
          .filter((path) => path.startsWith(dataDir))
      : [];
  console.log(JSON.stringify({ rows: pieces.join('').split('\r\n').length - 2, resources, files, left: readdirSync(dataDir).sort() }));
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

void main(process.argv[2] ?? '', process.argv[3] ?? '');
