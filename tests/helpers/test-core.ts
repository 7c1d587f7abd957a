import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcClient } from '@shared/rpc/client';
import { coreServices, createCore, type Core } from '../../src-main/core/core';
import { logsService } from '../../src-main/core/jobs/logs-service';
import { runsService } from '../../src-main/core/jobs/service';
import type { CoreOptions } from '../../src-main/core/options';
import { scenarioService } from '../../src-main/core/scenario/service';
import { defineService, type AnyService, type Needed } from '../../src-main/core/service';
import { storeService } from '../../src-main/core/store/service';
import { openWriter } from '../../src-main/core/store/writer';
import type { StoreWriter } from '../../src-main/core/store/types';
import { telemetryService } from '../../src-main/core/telemetry/service';
import { bundleEntry } from './bundle';
import { noLauncher } from './no-launcher';
import { repoRoot } from './repo-root';
import { Wire } from './wire';

const insideNeeds = [scenarioService, storeService, telemetryService, logsService, runsService] as const;

export interface TestCoreOptions extends Partial<Omit<CoreOptions, 'dataDir'>> {
  /** Puts into the folder of the database what a core before left there. */
  readonly prepare?: (folder: string) => void;
  /** In place of the core's services of the same names. */
  readonly services?: readonly AnyService[];
}

/** A page's connection to the core. */
export interface TestPage {
  readonly client: RpcClient;
  readonly wire: Wire;
  /** Makes a new connection, as a page does whose core is back. */
  reconnect(): void;
}

/** The real core on a folder of its own that goes with it. */
export interface TestCore {
  readonly core: Core;
  readonly dataDir: string;
  /** What the core has inside: samples, logs and runs enter here by the same entry points as the machine's. */
  readonly inside: Needed<typeof insideNeeds>;
  /** Errors and warnings that the core logged. */
  readonly complaints: readonly string[];
  /** A page, connected; it ends with the core. */
  open(): TestPage;
  close(): Promise<void>;
}

/** Records into a folder that no core has, by the one writer of the database. */
export function recordInto(folder: string, record: (writer: StoreWriter) => void): void {
  const writer = openWriter({ dataDir: folder });
  try {
    record(writer);
  } finally {
    writer.close();
  }
}

export async function startTestCore(options: TestCoreOptions = {}): Promise<TestCore> {
  const { prepare, services = [], ...own } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-page-'));
  const scenario = own.scenario ?? null;
  if (prepare) {
    const folder = scenario === null ? dataDir : join(dataDir, 'scenarios', scenario);
    mkdirSync(folder, { recursive: true });
    prepare(folder);
  }
  const complaints: string[] = [];
  const caught: Needed<typeof insideNeeds>[] = [];
  const inside = defineService({ name: 'inside', needs: insideNeeds, start: (needed) => void caught.push(needed) });
  const core = await createCore(
    {
      dataDir,
      scenario,
      resourcesDir: join(repoRoot, 'resources'),
      enginesDir: join(dataDir, 'engines'),
      readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
      nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
      launcher: noLauncher,
      runtime: 'headless',
      version: '0.0.0',
      log: (level, text) => void (level === 'info' || complaints.push(`${level} ${text}`)),
      ...own,
    },
    [...coreServices.map((service) => services.find(({ name }) => name === service.name) ?? service), inside],
  );
  const [needed] = caught;
  if (!needed) throw new Error('the core started without its services');
  const pages: TestPage[] = [];
  return {
    core,
    dataDir,
    inside: needed,
    complaints,
    open() {
      const client = new RpcClient();
      const wire = new Wire((port) => core.connect(port));
      const page: TestPage = { client, wire, reconnect: () => void client.attach(wire.plug()) };
      page.reconnect();
      pages.push(page);
      return page;
    },
    async close() {
      for (const { client, wire } of pages) {
        client.dispose();
        wire.cut();
      }
      await core.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}
