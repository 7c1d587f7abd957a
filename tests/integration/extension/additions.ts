import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { migrations } from '../../../src-main/core/store/repositories';
import { repoRoot } from '../../helpers/repo-root';

/** What is added to a copy of the sources: whole files, and a line behind another, or a longer one in its place, in files that are there. */
export interface Addition {
  readonly files?: Readonly<Record<string, string>>;
  /** Path → the line after which, and the line; one that begins like it takes its place. An import above is not counted: it follows from the line. */
  readonly lines: readonly (readonly [path: string, after: string, line: string, imported?: string])[];
}

const LEDGER = 'src-main/core/store/records/ledger/repository.ts';
const [, ledgerSteps = ''] = /migrations: \[(.*)\]/.exec(readFileSync(join(repoRoot, LEDGER), 'utf8')) ?? [];

/** One of each thing that CONTRIBUTING.md lists, in its order. */
export const additions: Readonly<Record<string, Addition>> = {
  'a metric': {
    lines: [
      ['src-shared/model/metrics.ts', "  'host.load1': gauge(", "  'host.dice': gauge('Dice', '1', 0, [1, 6]),"],
      ['src-renderer/i18n/en/model.json', '  "metric.host.load1":', '  "metric.host.dice": "Dice",'],
      ['src-renderer/i18n/zh-CN/model.json', '  "metric.host.load1":', '  "metric.host.dice": "骰子",'],
    ],
  },
  'a service of the core': {
    files: {
      'src-main/core/dice-service.ts': `import { eventsService } from './events/service';
import { defineService } from './service';

export const diceService = defineService({
  name: 'dice',
  needs: [eventsService],
  start({ events }) {
    return {
      roll(): number {
        events.add({ atMs: Date.now(), device: 'host', kind: 'dice.rolled', text: 'rolled', severity: 'info' });
        return 4;
      },
    };
  },
});
`,
    },
    lines: [
      ['src-main/core/core.ts', '  scenarioService,', '  diceService,', "import { diceService } from './dice-service';"],
      ['src-main/core/api/services.ts', '  scenarioService,', '  diceService,', "import { diceService } from '../dice-service';"],
    ],
  },
  'a collector': {
    files: {
      'src-main/core/telemetry/collectors/dice.ts': `import type { Collector } from '../collector';
import { settableKind } from '../collector-kind';
import { z } from 'zod';
import { sensorItem, sensorName } from './items';

const collector = ({ sides }: { sides: number }): Collector => ({
  id: 'dice',
  periodMs: 1000,
  read: () => Promise.resolve([{ device: 'host', label: '', metric: 'host.dice', provenance: 'measured', value: Math.min(sides, 4) }]),
  doctor: () => Promise.resolve([sensorItem('dice', 'works', 'a die on the table')]),
  close: () => Promise.resolve(),
});

export const diceKind = settableKind({
  id: 'dice',
  name: sensorName('dice'),
  params: [{ name: 'sides', label: 'Sides', help: '', type: 'integer', min: 2, max: 20, default: 6 }],
  schema: z.object({ sides: z.number() }),
  create: ({ settings }) => ({ collectors: [collector(settings)] }),
});
`,
    },
    lines: [
      ['src-main/core/telemetry/collectors/index.ts', '  processesKind,', '  diceKind,', "import { diceKind } from './dice';"],
      ['src-shared/text/doctor.ts', "  'doctor.item.sensor.fans':", "  'doctor.item.sensor.dice': 'Dice',"],
      ['src-renderer/i18n/zh-CN/doctor.json', '  "doctor.item.sensor.fans":', '  "doctor.item.sensor.dice": "骰子",'],
    ],
  },
  'a kind of event': {
    lines: [['src-shared/model/event.ts', "  'clock.set',", "  'dice.rolled',"]],
  },
  'a file format': {
    files: {
      'src-main/core/transfer/formats/dice.ts': `import { message } from '@shared/text/message';
import type { TransferFormat } from './format';
import { RecordReader } from './records';

/** "DICE", then a line a throw. */
export const dice: TransferFormat = {
  id: 'csv',
  detect: ({ lines }) => (lines[0] === 'DICE' ? 1 : 0),
  open: (_, { nowMs, from }) =>
    new RecordReader(0x2c, from ?? { byte: 0, line: 1, state: null }, ({ text }, sink) => {
      if (text === 'DICE' || text === '') return;
      if (!/^[1-6]$/.test(text)) return sink.bad(message('message.csv.noNumber', { text }));
      const handle = sink.series({ device: 'host', label: '', metric: 'host.dice', provenance: 'measured' }, { name: 'dice', labels: new Map() });
      sink.sample(handle, nowMs, Number(text));
    }),
};
`,
    },
    lines: [
      [
        'src-main/core/transfer/formats/index.ts',
        'export const formats: readonly TransferFormat[] = [',
        'export const formats: readonly TransferFormat[] = [dice, ownCsv, openMetrics, table];',
        "import { dice } from './dice';",
      ],
    ],
  },
  'a way that programs print scalars': {
    files: {
      'src-main/core/readers/text/dice.ts': `import type { LineReader } from './line-reader';

/** "the die shows 4" */
export class DiceReader implements LineReader {
  read: LineReader['read'] = ({ text }, { tell }) => {
    const [, pips] = /^the die shows ([1-6])$/.exec(text) ?? [];
    if (pips !== undefined) tell('dice', null, Number(pips), null);
    return pips !== undefined;
  };
}
`,
    },
    lines: [
      [
        'src-main/core/readers/text/index.ts',
        '  () => new JsonLinesReader(),',
        '  () => new DiceReader(),',
        "import { DiceReader } from './dice';",
      ],
    ],
  },
  'an engine': {
    files: {
      'src-main/trainer/engines/dice.ts': `import type { Engine } from './engine';

const nothing = {} as never;

export const dice: Engine = {
  id: 'dice',
  load: () => Promise.resolve({ core: nothing, layers: nothing, detail: 'a hand', adam: () => nothing }),
};
`,
    },
    lines: [
      [
        'src-main/trainer/engines/index.ts',
        'export const engines: Record<EngineId, Engine> = {',
        'export const engines: Record<EngineId, Engine> = { wasm, cuda, dice };',
        "import { dice } from './dice';",
      ],
      ['src-shared/model/recipes.ts', 'export const engineIds = [', "export const engineIds = ['wasm', 'cuda', 'dice'] as const;"],
      [
        'src-shared/model/recipes.ts',
        'export const engineOrigins: ',
        "export const engineOrigins: Readonly<Record<EngineId, 'built-in' | 'installed'>> = { wasm: 'built-in', cuda: 'installed', dice: 'built-in' };",
      ],
      ['src-shared/text/doctor.ts', "  'doctor.item.engine.wasm':", "  'doctor.item.engine.dice': 'A die',"],
      ['src-renderer/i18n/zh-CN/doctor.json', '  "doctor.item.engine.wasm":', '  "doctor.item.engine.dice": "骰子",'],
      ['src-renderer/i18n/en/model.json', '  "engine.wasm":', '  "engine.dice": "A die",'],
      ['src-renderer/i18n/zh-CN/model.json', '  "engine.wasm":', '  "engine.dice": "骰子",'],
    ],
  },
  'a recipe': {
    files: {
      'resources/recipes/dice.json': JSON.stringify({
        v: 1,
        name: 'Dice',
        data: { dataset: 'throws' },
        inputs: ['hand'],
        task: { type: 'classification', target: 'face' },
        model: { layers: [{ type: 'dense', units: 6, activation: 'softmax' }] },
        loss: 'sparse-cross-entropy',
        ...{ learningRate: 0.01, epochs: 1, batchSize: 6, seed: 4 },
      }),
    },
    lines: [
      ['src-shared/model/recipes.ts', "  'mnist-cnn',", "  'dice',"],
      [
        'src-renderer/i18n/en/model.json',
        '  "recipe.mnist-mlp.name":',
        '  "recipe.dice.name": "Dice", "recipe.dice.short": "dice", "recipe.dice.about": "One throw.",',
      ],
      [
        'src-renderer/i18n/zh-CN/model.json',
        '  "recipe.mnist-mlp.name":',
        '  "recipe.dice.name": "骰子", "recipe.dice.short": "骰子", "recipe.dice.about": "掷一次。",',
      ],
    ],
  },
  'a command or a stream of the contract': {
    lines: [
      [
        'src-shared/contract/rooms.ts',
        "  'tree.get': command(nothing, DeviceTree),",
        "  'dice.roll': command(nothing, z.object({ rolled: z.number() })),",
      ],
      [
        'src-main/core/api/rooms.ts',
        'export function roomsApi({',
        'export function roomsApi({ tree, room, dice }: Services): Pick<CommandHandlers, keyof typeof roomsCommands> {',
      ],
      ['src-main/core/api/rooms.ts', "    'tree.get': () => tree.current,", "    'dice.roll': () => ({ rolled: dice.roll() }),"],
    ],
  },
  'a command of the terminal': {
    files: {
      'src-main/hosts/cli/commands/dice.ts': `import { defineCommand } from '../command';

export const diceCommand = defineCommand({
  name: 'dice',
  summary: 'throw the dice',
  define: (cli) => cli.option('--times <N>', 'how often'),
  check: ({ times }) => ({ times: Number(times ?? 1) }),
  run: ({ times }, { terminal }) => {
    terminal.line(\`thrown \${times} times\`);
    return Promise.resolve(0);
  },
});
`,
    },
    lines: [['src-main/hosts/cli/commands/index.ts', '  versionCommand,', '  diceCommand,', "import { diceCommand } from './dice';"]],
  },
  'a kind of record': {
    files: {
      'src-main/core/store/records/dice.ts': `import { repository } from '../repository';

export const dice = repository({
  migrations: [{ version: ${migrations.length + 1}, name: 'dice', sql: 'CREATE TABLE dice (rolled INTEGER NOT NULL) STRICT' }],
  write: ({ db }) => {
    const put = db.change('INSERT INTO dice (rolled) VALUES (?)');
    return { add: (rolled: number): void => db.transaction(() => void put.run(rolled)) };
  },
  prepare: ({ db }) => db.query<{ sum: number }>('SELECT sum(rolled) AS sum FROM dice'),
  queries: { sum: (rows): number => rows.all()[0]?.sum ?? 0 },
});
`,
    },
    lines: [['src-main/core/store/repositories.ts', '  priceLists,', '  dice,', "import { dice } from './records/dice';"]],
  },
  'a page': {
    files: {
      'src-renderer/features/dice/DicePage.tsx': `import type { ReactNode } from 'react';

export function DicePage(): ReactNode {
  return <h1>4</h1>;
}
`,
    },
    lines: [
      ['src-renderer/app/paths.ts', '  doctor: path(', "  dice: path('/dice', {}),"],
      [
        'src-renderer/app/pages.ts',
        'export const pages: ',
        "  dice: { title: 'nav.dice', view: new Lazy(async () => (await import('../features/dice/DicePage')).DicePage) },",
      ],
      ['src-renderer/i18n/en/app.json', '  "nav.doctor":', '  "nav.dice": "Dice",'],
      ['src-renderer/i18n/zh-CN/app.json', '  "nav.doctor":', '  "nav.dice": "骰子",'],
    ],
  },
  'a database change': {
    lines: [
      [
        LEDGER,
        '  migrations: [',
        `  migrations: [${ledgerSteps}, { version: ${migrations.length + 2}, name: 'notes', sql: 'ALTER TABLE ledger_place ADD COLUMN note TEXT' }],`,
      ],
    ],
  },
};

/** Puts what is added into a copy of the sources. */
export function add(root: string, { files = {}, lines }: Addition): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const [path, after, line, imported] of lines) {
    const all = readFileSync(join(root, path), 'utf8').split('\n');
    const at = all.findIndex((one) => one.startsWith(after));
    if (at < 0) throw new Error(`${path} has no line ${after}`);
    // A list in one line, or what a handler uses, grows in its own line.
    if (line.startsWith(after)) all[at] = line;
    else all.splice(at + 1, 0, line);
    writeFileSync(join(root, path), [...(imported === undefined ? [] : [imported]), ...all].join('\n'));
  }
}
