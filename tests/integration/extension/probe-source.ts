/** A program of the changed sources, whose types are checked with them: it meets each added thing where the product does. */
export const probeSource = `import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createPortPair } from '@shared/rpc/pair';
import { RpcClient } from '@shared/rpc/client';
import { english } from '@shared/text/message';
import { createCore } from './core/core';
import { openForReading } from './core/store/file/open';
import { openReader } from './core/store/reader';
import { TextReaders } from './core/readers/text';
import { openWriter } from './core/store/writer';
import { detectFormat } from './core/transfer/formats';
import { importFile } from './core/transfer/import';
import { parseArgs } from './hosts/cli/args';
import { Terminal } from './hosts/cli/terminal';
import { engines } from './trainer/engines';
import { writeFileSync } from 'node:fs';

const [dataDir = '', readerWorker = '', resourcesDir = ''] = process.argv.slice(2);
const refuse = (): never => {
  throw new Error('no program is started here');
};

async function probe(): Promise<Record<string, unknown>> {
  const out = new PassThrough();
  const context = { terminal: new Terminal({ out, err: out }), version: '', paths: refuse, startCore: refuse, openCore: refuse, help: () => '' };
  const exit = await parseArgs(['dice', '--times', '3']).run(context);

  const core = await createCore({
    dataDir,
    resourcesDir,
    enginesDir: join(dataDir, 'engines'),
    readerWorker,
    launcher: { launch: refuse, adopt: refuse },
    runtime: 'headless',
    version: '0.0.0',
    log: () => undefined,
  });
  const client = new RpcClient();
  const [page, served] = createPortPair();
  core.connect(served);
  client.attach(page);
  const { rolled } = await client.call('dice.roll', {});
  const provenance = await new Promise<string>((resolve) => {
    client.subscribe('series.live', {}, {
      onFrame({ series }) {
        const found = series.find(({ metric }) => metric === 'host.dice');
        if (found) resolve(found.provenance);
      },
    });
  });
  const { recipe } = await client.call('recipes.get', { id: 'dice' });
  const { items } = await client.call('doctor.report', {});
  const { events } = await client.call('events.query', { kinds: ['dice.rolled'] });
  client.dispose();
  await core.close();

  const path = join(dataDir, 'thrown.txt');
  writeFileSync(path, 'DICE\\n1\\n7\\n');
  const head = { bytes: Buffer.from('DICE\\n'), isWhole: true, encoding: 'utf-8', lines: ['DICE'] } as const;
  const writer = openWriter({ dataDir });
  const imported = await importFile({ writer, dataDir, path, format: null, rules: [], timeColumn: null, machine: 'local', reportPath: null });
  const told: string[] = [];
  const printed = new TextReaders(({ name, value }) => told.push(name + ' ' + String(value)), refuse);
  printed.push('stdout', 'the die shows 4\\n', null);
  writer.dice.add(4);
  writer.dice.add(2);
  const reader = openReader({ databasePath: writer.path, workerPath: readerWorker });
  const sum = await reader.dice.sum();
  await reader.close();
  const db = openForReading(writer.path);
  const noted = db.query<{ notes: number }>('SELECT count(note) AS notes FROM ledger_place').get();
  db.close();
  writer.close();
  const session = await engines.dice.load({ enginesDir: dataDir });
  return {
    engine: session.detail,
    recipe: [recipe.name, recipe.epochs],
    change: noted,
    terminal: [exit, String(out.read())],
    contract: rolled,
    metric: provenance,
    collector: items.filter(({ id }) => id === 'sensor.dice').map(({ name, state }) => [english(name), state]),
    event: events.map(({ kind }) => kind),
    format: [detectFormat(head).id, imported.samples, imported.badLines],
    record: sum,
    printed: told,
  };
}

probe().then(
  (found) => process.stdout.write(\`\${JSON.stringify(found)}\\n\`, () => process.exit(0)),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
`;

/** The same of the window: the page is at its address, and is what is shown there. */
export const pageProbeSource = `import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { parseAddress } from './app/paths';
import { DicePage } from './features/dice/DicePage';

process.stdout.write(JSON.stringify([parseAddress('#/dice').page, renderToStaticMarkup(createElement(DicePage))]));
`;
