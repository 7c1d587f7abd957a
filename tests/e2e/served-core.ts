import { join } from 'node:path';
import { startConsoleServer } from '../../src-main/hosts/serve/console-server';
import { startTestCore, type TestCore, type TestCoreOptions } from '../helpers/test-core';
import { repoRoot } from '../helpers/repo-root';

export interface ServedCore {
  readonly room: TestCore;
  /** Opens the page, token included. */
  readonly url: string;
  close(): Promise<void>;
}

/** The built page over the real core of this process, through the console's own server: for what no machine at hand can be brought to say. */
export async function serveCore(options: TestCoreOptions): Promise<ServedCore> {
  const room = await startTestCore(options);
  const server = await startConsoleServer({
    port: 0,
    rendererDir: join(repoRoot, 'out', 'renderer'),
    connect: (port) => void room.core.connect(port),
    download: (id) => room.core.download(id),
    log: (level, text) => void process.stderr.write(`${level} ${text}\n`),
  });
  return {
    room,
    url: `${server.address}#token=${server.token}`,
    async close() {
      await server.close();
      await room.close();
    },
  };
}
