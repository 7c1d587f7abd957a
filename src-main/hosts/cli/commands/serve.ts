import { resolve } from 'node:path';
import { givenRates, RATES_WANTED, parseRates } from '@shared/model/gpu-settings';
import { defaultSettings } from '@shared/model/settings';
import type { ServedFeeds } from '../../../core/options';
import { TokenFile } from '../../serve/token-file';
import { dataOption, defineCommand, type CliContext } from '../command';
import { noteLog } from '../running-core';
import { onStopSignal } from '../signals';
import type { Terminal } from '../terminal';
import { UsageError } from '../usage';
import { wholeNumber } from '../values';
import type { ConsoleServer } from '../../serve/console-server';

export interface ServeRequest {
  readonly dataDir: string | null;
  readonly port: number;
  readonly scenario: string | null;
  /** First port of the scenario's meters, 0 = free ones; null = they are not served. */
  readonly serveFeeds: number | null;
  readonly gpuHz: string | null;
  readonly tokenFile: string | null;
  /** Null = the platform's place, or as COLDAISLE_SECRET_KEY_FILE says. */
  readonly secretKeyFile: string | null;
}

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'run without a window and serve the same page on this machine only',
  define: (cli) =>
    cli
      .option('--port <N>', 'default: any free one')
      .option('--token-file <FILE>', 'put the token there, for you alone, instead of showing it; removed at the end')
      .option('--scenario <NAME>', 'a simulated room instead of this machine: workstation, rack or hall; its own database')
      .option('--serve-feeds [PORT]', 'the simulated meters speak Modbus, SNMP and more here; from that port on, default free ones')
      .option('--gpu-hz <N>', 'samples a second of each NVIDIA GPU, 1 to 10; gpu3=10 for one; becomes the setting')
      .option('--secret-key-file <FILE>', 'the key to the encrypted secrets, apart from the data; or COLDAISLE_SECRET_KEY_FILE')
      .addOption(dataOption()),
  check: ({ data, port, scenario, serveFeeds, gpuHz, tokenFile, secretKeyFile }): ServeRequest => ({
    dataDir: data ?? null,
    port: wholeNumber('--port', port ?? '0', 0, 65_535),
    scenario: scenario ?? null,
    serveFeeds: servedFrom(serveFeeds, scenario),
    gpuHz: rates(gpuHz),
    tokenFile: tokenFile ?? null,
    secretKeyFile: secretKeyFile ?? null,
  }),
  run: serve,
});

function servedFrom(typed: string | true | undefined, scenario: string | undefined): number | null {
  if (typed === undefined) return null;
  if (scenario === undefined) throw new UsageError('--serve-feeds needs a simulated room: --scenario hall.');
  return typed === true ? 0 : wholeNumber('--serve-feeds', typed, 1, 65_000);
}

function rates(typed: string | undefined): string | null {
  if (typed === undefined) return null;
  if (parseRates(defaultSettings.gpu, typed) === null) throw new UsageError(`--gpu-hz ${typed}: ${RATES_WANTED} is needed.`);
  return typed;
}

async function serve(request: ServeRequest, { paths: pathsOf, startCore, terminal }: CliContext): Promise<number> {
  const { dataDir, port, scenario, serveFeeds, gpuHz, tokenFile, secretKeyFile } = request;
  const known = pathsOf(dataDir, scenario);
  const paths = secretKeyFile === null ? known : { ...known, secretKeyFile: resolve(secretKeyFile) };
  const stopped = new Promise<void>((resolve) => onStopSignal(() => resolve()));
  const [{ startConsoleServer }, { showStatus }] = await Promise.all([import('../../serve/console-server'), import('../status-line')]);
  const file = tokenFile === null ? null : new TokenFile(tokenFile);
  let served: ServedFeeds | null = null;
  const running = await startCore(paths, {
    serving: true,
    scenario,
    serveFeeds,
    onFeedsServed: (feeds) => void (served = feeds),
    gpuHz: gpuHz ?? givenRates(process.env),
  });
  try {
    const server = await startConsoleServer({
      port,
      rendererDir: paths.rendererDir,
      connect: (page) => running.core.connect(page),
      download: (id) => running.core.download(id),
      log: (level, text) => noteLog(terminal, level, text),
    });
    try {
      if (scenario !== null) terminal.line(`Scenario ${scenario}: a simulated room; no figure comes from a machine.`);
      if (served !== null) sayFeeds(served, terminal);
      file?.write(server.token);
      sayWhere(server, file, terminal);
      const status = showStatus(running.client, terminal);
      await stopped;
      status.dispose();
      terminal.setLive('');
      terminal.note('Closing …');
    } finally {
      file?.remove();
      await server.close();
    }
  } finally {
    await running.close();
  }
  return 0;
}

/** One document a line, as `feed add -` takes it. */
function sayFeeds({ folder, feeds, passwords }: ServedFeeds, terminal: Terminal): void {
  terminal.line(`Its meters are served on this machine only; the files to add are in ${folder}:`);
  for (const feed of feeds) terminal.line(JSON.stringify(feed));
  for (const [name, password] of Object.entries(passwords))
    terminal.line(`They name the secret ${name}, which is "${password}": npm start -- secrets set ${name}`);
}

/** The address, and the token unless it would land in a log or a pipe: whoever reads those could open the console. */
function sayWhere({ address, token }: ConsoleServer, file: TokenFile | null, terminal: Terminal): void {
  if (file !== null) {
    terminal.line(`Console: ${address}#token=…, the token is in ${file.path}`);
  } else if (process.stdout.isTTY) {
    terminal.line(`Console: ${address}#token=${token}`);
  } else {
    terminal.line(`Console: ${address}#token=…`);
    terminal.note('The token is shown on a terminal only. To have it here, name a file for it: --token-file FILE.');
  }
}
