import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { defineService } from '../../service';
import { scenarioService } from '../service';
import type { ServedFeed } from './peer';
import { MeteredRoom } from './room';

/** Lets the meters of a simulated room speak the protocols of real ones, on this machine only. */
export const servedFeedsService = defineService({
  name: 'servedFeeds',
  needs: [scenarioService],
  async start({ scenario: { source, dataDir } }, { options, onBegin, onStop }): Promise<void> {
    const firstPort = options.serveFeeds ?? null;
    if (firstPort === null) return;
    if (source === null) throw new AppError('invalid-input', '--serve-feeds needs a simulated room: --scenario hall');
    const room = new MeteredRoom(source);
    // Their libraries are loaded for whoever wants this only.
    const { openPeers } = await import('./peers');
    const feeds: ServedFeed[] = [];
    const passwords: Record<string, string> = {};
    for (const [i, open] of openPeers.entries()) {
      const peer = await open(room, firstPort === 0 ? 0 : firstPort + i);
      onStop(() => peer.close());
      feeds.push(...peer.feeds);
      Object.assign(passwords, peer.passwords);
    }
    const folder = join(dataDir, 'served-feeds');
    let isOurs = false;
    onStop(() => (isOurs ? rm(folder, { recursive: true, force: true }) : undefined));
    // Not before the data folder is known to be this core's alone.
    onBegin(async () => {
      isOurs = true;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const feed of feeds)
        await writeFile(join(folder, `${feed.name.toLowerCase().replaceAll(' ', '-')}.json`), `${JSON.stringify(feed, null, 2)}\n`);
      options.onFeedsServed?.({ folder, feeds, passwords });
    });
  },
});
