import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { appFolder, call, launch, live, processes, type AppFolder } from './support';

const VALUE = 'hunter22-of-the-window';
let folder: AppFolder;
beforeEach(async () => {
  folder = await appFolder();
});
afterEach(() => folder.remove());

it('the window keeps secrets with the key of the system; without a key store with a file, and says so', async () => {
  const keyFile = join(folder.data, '..', 'config', 'secrets.key');
  const { app, page } = await launch(folder, [], { COLDAISLE_SECRET_KEY_FILE: keyFile });
  const item = async () => (await call(page, 'doctor.report', {})).items.find(({ id }) => id === 'storage.secrets');
  try {
    const hasStore = await app.evaluate(({ safeStorage }) =>
      process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() !== 'basic_text' : safeStorage.isEncryptionAvailable(),
    );
    await call(page, 'secrets.set', { id: 'first', value: VALUE });
    expect((await call(page, 'secrets.list', {})).secrets).toMatchObject([{ keeper: hasStore ? 'system' : 'key-file', isReadable: true }]);
    expect(existsSync(keyFile)).toBe(!hasStore);
    const found = await item();
    expect(found?.state).toBe(hasStore ? 'works' : 'partial');
    if (!hasStore) expect(english(found?.detail ?? '')).toContain('the desktop has no key store');

    // Electron's own encryption, with a key of its own where this machine's desktop has no key ring.
    await app.evaluate(({ safeStorage }) => {
      if (process.platform !== 'linux') return;
      safeStorage.setUsePlainTextEncryption(true);
      safeStorage.getSelectedStorageBackend = () => 'gnome_libsecret';
    });
    await call(page, 'secrets.set', { id: 'second', value: VALUE });
    const { core } = await processes(app);
    process.kill(core!, 'SIGKILL');
    await live(page, 2);
    expect((await call(page, 'secrets.list', {})).secrets).toMatchObject([
      { id: 'first', isReadable: true },
      { id: 'second', keeper: 'system', isReadable: true },
    ]);
    expect((await item())?.state).toBe('works');
    expect(readFileSync(join(folder.data, 'secrets.json'), 'utf8')).not.toContain(VALUE);
  } finally {
    await app.close();
  }
  for (const log of ['core.log', 'desktop.log'].map((name) => join(folder.data, 'logs', name)))
    expect(existsSync(log) ? readFileSync(log, 'utf8') : '').not.toContain(VALUE);
});
