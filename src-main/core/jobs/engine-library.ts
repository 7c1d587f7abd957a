import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@shared/contract/errors';
import { buildBinding } from './engine-binding';
import { run, type InstallContext } from './engine-tools';

/** An archive of TensorFlow's C library, and what it must be. */
export interface LibraryArchive {
  readonly url: string;
  readonly sha256: string;
}

/**
 * What tfjs-node-gpu 4.22 is made for, by platform and processor. The checksums are not published beside the archives; this
 * one is what Bazel builds of TensorFlow's Go bindings (github.com/wamuir/graft, version 0.2) check it against. Where none
 * is known nothing is downloaded.
 */
const archives: Readonly<Record<string, LibraryArchive>> = {
  'linux-x64': {
    url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz',
    sha256: '20c46f761d5905f592c4eac0812e8e50d9cb439f9440a9391912cf4c02ed8be8',
  },
};

export function libraryArchive(platform: string = process.platform, arch: string = process.arch): LibraryArchive | null {
  return archives[`${platform}-${arch}`] ?? null;
}

/** In a process of its own, with the proxy client that the engine's package brings: Node's own knows no proxies. */
const FETCH = `
const [, url, file] = process.argv;
const secure = url.startsWith('https:');
const proxy = process.env[secure ? 'HTTPS_PROXY' : 'HTTP_PROXY'] || process.env[secure ? 'https_proxy' : 'http_proxy'];
const agent = proxy ? new (require('https-proxy-agent'))(proxy) : undefined;
const request = require(secure ? 'node:https' : 'node:http').get(url, { agent, timeout: 15_000 }, (answer) => {
  if (answer.statusCode !== 200) throw new Error('HTTP ' + answer.statusCode);
  const size = Number(answer.headers['content-length']) || 0;
  let received = 0;
  let told = 0;
  answer.on('data', (piece) => {
    received += piece.length;
    if (size === 0 || received - told < size / 10) return;
    told = received;
    console.log(Math.round((100 * received) / size) + ' % of ' + Math.ceil(size / 2 ** 20) + ' MiB');
  });
  require('node:stream').pipeline(answer, require('node:fs').createWriteStream(file, { mode: 0o600 }), (error) => {
    if (error) throw error;
  });
});
request.on('timeout', () => request.destroy(new Error('no answer for 15 s')));
request.on('error', (error) => { console.error(error.message); process.exit(1); });
`;

/**
 * Downloads TensorFlow's library, checks that it is the recorded one, unpacks it and compiles the package's binding against it.
 *
 * @param stage folder with the engine's node_modules
 * @throws {AppError} `engine-unavailable` when it cannot be had, or is not what was recorded; `cancelled`
 */
export async function downloadLibrary(
  context: InstallContext,
  stage: string,
  packageDir: string,
  archive: LibraryArchive | null,
): Promise<void> {
  if (archive === null) {
    throw new AppError(
      'engine-unavailable',
      `no checksum is known of TensorFlow's library for ${process.platform}-${process.arch}, so it is not downloaded`,
    );
  }
  const { host, pathname } = new URL(archive.url);
  const file = join(stage, 'library.tar.gz');
  const deps = join(packageDir, 'deps');
  context.log(`Downloading TensorFlow's library from ${host} …`);
  try {
    await run(context, process.execPath, ['-e', FETCH, archive.url, file], { cwd: stage, needs: ['npm'], echo: true });
    const found = await sha256(file);
    if (found !== archive.sha256) {
      throw new AppError(
        'engine-unavailable',
        `${pathname.split('/').at(-1) ?? ''} from ${host} is not the file that was recorded (SHA-256 ${found}, expected ${archive.sha256}) and was deleted`,
      );
    }
    const unpacked = `${deps}.part`;
    for (const dir of [deps, unpacked]) await rm(dir, { recursive: true, force: true });
    await mkdir(unpacked, { recursive: true });
    await run(context, 'tar', ['-xzf', file, '-C', unpacked, '--no-same-owner'], { cwd: stage });
    await rename(unpacked, deps);
  } finally {
    await rm(file, { force: true });
  }
  context.log('Compiling the binding against it (about a minute) …');
  await buildBinding(context, packageDir);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
