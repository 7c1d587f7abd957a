import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { secretsItem } from '../../../../src-main/core/api/secrets-item';
import type { SecretCipher, SystemKeyStore } from '../../../../src-main/core/secrets/cipher';
import { KeyFileCipher } from '../../../../src-main/core/secrets/key-file';
import { Redactor } from '../../../../src-main/core/secrets/redactor';
import { SealedFile } from '../../../../src-main/core/secrets/sealed-file';
import { SystemCipher } from '../../../../src-main/core/secrets/system-cipher';
import { SecretVault } from '../../../../src-main/core/secrets/vault';
import { notOnWindows } from '../../../helpers/needs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sealedPath = (): string => join(folder, 'data', 'secrets.json');
const keyPath = (): string => join(folder, 'config', 'secrets.key');
const keyFile = (path = keyPath()): KeyFileCipher => new KeyFileCipher({ path, dataDir: join(folder, 'data') });

interface Opened {
  readonly vault: SecretVault;
  readonly redactor: Redactor;
  readonly logged: string[];
}

function open(ciphers: readonly SecretCipher[] = [keyFile()]): Opened {
  const [redactor, logged] = [new Redactor(), [] as string[]];
  const file = new SealedFile(sealedPath());
  const vault = new SecretVault({ file, ciphers, redactor, log: (_, text) => void logged.push(text), wallMs: () => 1_795_000_000_000 });
  return { vault, redactor, logged };
}

/** The operating system's store where it works: what it returns is not what it is given. */
function systemStore(available = true): SystemKeyStore {
  const turn = (text: string): string => [...text].reverse().join('');
  const ready = <T>(value: T): Promise<T> => (available ? Promise.resolve(value) : Promise.reject(new Error('it is locked')));
  return {
    probe: () => ready('test store'),
    encrypt: (text) => ready(Buffer.from(turn(text)).toString('base64')),
    decrypt: (base64) => ready(turn(Buffer.from(base64, 'base64').toString())),
  };
}
const used = (vault: SecretVault, id: string): Promise<string> => vault.use(id, (value) => value);

describe('SecretVault', () => {
  it('gives back what was set, by name, also after a restart; tells all else only that it is there', async () => {
    const { vault } = open();
    expect(await vault.list()).toEqual([]);
    expect(existsSync(keyPath())).toBe(false);
    await vault.set('feeds/pdu-1/password', 'hunter22');
    await vault.set('a', 'другой секрет');
    expect(await used(vault, 'feeds/pdu-1/password')).toBe('hunter22');
    const again = open().vault;
    expect(await used(again, 'a')).toBe('другой секрет');
    expect(await again.list()).toEqual([
      { id: 'a', setAtMs: 1_795_000_000_000, keeper: 'key-file', isReadable: true },
      { id: 'feeds/pdu-1/password', setAtMs: 1_795_000_000_000, keeper: 'key-file', isReadable: true },
    ]);
    expect(JSON.stringify(again)).not.toContain('hunter22');
    expect(readFileSync(sealedPath(), 'utf8')).not.toMatch(/hunter22|секрет/);
    if (process.platform === 'win32') return;
    for (const path of [sealedPath(), keyPath()]) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces and removes; what is not there is named', async () => {
    const { vault } = open();
    await Promise.all([vault.set('x', 'first'), vault.set('x', 'second')]);
    expect(await used(vault, 'x')).toBe('second');
    await vault.remove('x');
    await expect(used(vault, 'x')).rejects.toMatchObject({ code: 'not-found', message: 'There is no secret x.' });
    await expect(vault.remove('x')).rejects.toMatchObject({ code: 'not-found' });
    expect(await open().vault.list()).toEqual([]);
  });

  it('teaches the redactor every value from the start on, and what its user fails with does not tell it', async () => {
    await open().vault.set('x', 'hunter22');
    const { vault, redactor } = open();
    await vault.list();
    expect(redactor.redact('login hunter22 failed')).toBe('login [secret x] failed');
    await expect(vault.use('x', (value) => Promise.reject(new Error(`wrong password "${value}"`)))).rejects.toThrow(
      'wrong password "[secret x]"',
    );
  });

  it('notices when an entry is moved to another name, changed, or of another key', async () => {
    await open().vault.set('x', 'hunter22');
    const text = readFileSync(sealedPath(), 'utf8');
    writeFileSync(sealedPath(), text.replace('"x"', '"y"'));
    const moved = open();
    await expect(used(moved.vault, 'y')).rejects.toMatchObject({ code: 'storage-failed' });
    expect(moved.logged).toEqual(['The secret y cannot be decrypted: what is kept of the secret y is damaged']);
    writeFileSync(sealedPath(), text);
    rmSync(keyPath());
    expect((await open().vault.list())[0]?.isReadable).toBe(false);
    await keyFile().seal('other', 'value');
    const other = open();
    await other.vault.list();
    expect(other.logged[0]).toContain('it was encrypted with another key than that in');
    expect(await secretsItem(other.vault)).toMatchObject([{ state: 'partial', repair: { id: 'message.secrets.lockedRepair' } }]);
    await other.vault.set('x', 'set anew');
    expect(await used(open().vault, 'x')).toBe('set anew');
  });

  it('leaves a file that it cannot read as it is', async () => {
    await open().vault.set('x', 'hunter22');
    writeFileSync(sealedPath(), '{"version": 1, "secrets": {"x"');
    const { vault } = open();
    await expect(vault.list()).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(vault.set('y', 'value')).rejects.toMatchObject({ code: 'storage-failed' });
    expect(readFileSync(sealedPath(), 'utf8')).toBe('{"version": 1, "secrets": {"x"');
    expect((await secretsItem(vault))[0]?.state).toBe('failing');
  });

  it('refuses a key that others may read, with the command that mends it', notOnWindows, async () => {
    await open().vault.set('x', 'hunter22');
    for (const mode of [0o644, 0o640, 0o620, 0o604]) {
      chmodSync(keyPath(), mode);
      const { vault } = open();
      await expect(used(vault, 'x')).rejects.toMatchObject({ code: 'storage-failed' });
      await expect(vault.set('y', 'value')).rejects.toThrow('can be read or written by others');
      const [item] = await secretsItem(vault);
      expect(item).toMatchObject({ state: 'failing', repair: `chmod 600 '${keyPath()}'` });
    }
    chmodSync(keyPath(), 0o400);
    expect(await used(open().vault, 'x')).toBe('hunter22');
  });

  it('does not take another file for a key, and says when the key lies with the data', async () => {
    const inside = keyFile(join(folder, 'data', 'secrets.key'));
    await inside.seal('x', 'value');
    expect(await inside.state()).toMatchObject({ isReady: true, detail: { id: 'message.secrets.keyBesideData' } });
    writeFileSync(join(folder, 'some.key'), 'ssh-rsa AAAA', { mode: 0o600 });
    expect(await keyFile(join(folder, 'some.key')).state()).toMatchObject({ isReady: false, why: { id: 'message.secrets.keyBroken' } });
  });

  it('prefers the store of the operating system, and says when it has to do without', async () => {
    const { vault } = open([new SystemCipher(systemStore()), keyFile()]);
    await vault.set('x', 'hunter22');
    expect((await vault.list())[0]?.keeper).toBe('system');
    expect(existsSync(keyPath())).toBe(false);
    expect(await secretsItem(vault)).toMatchObject([{ state: 'works', repair: null }]);

    const without = open([new SystemCipher(systemStore(false)), keyFile()]);
    await without.vault.set('y', 'value');
    expect(await without.vault.list()).toMatchObject([
      { id: 'x', keeper: 'system', isReadable: false },
      { id: 'y', keeper: 'key-file', isReadable: true },
    ]);
    // On a host without a desktop.
    const { vault: headless, logged } = open();
    await headless.list();
    expect(logged).toEqual(['The secret x cannot be decrypted: it was set in the window, where the operating system keeps its key']);
    const back = open([new SystemCipher(systemStore()), keyFile()]).vault;
    expect(await Promise.all(['x', 'y'].map((id) => used(back, id)))).toEqual(['hunter22', 'value']);
  });

  it('keeps nothing where nobody keeps a key, and says why', async () => {
    const { vault } = open([new SystemCipher(systemStore(false))]);
    await expect(vault.set('x', 'value')).rejects.toThrow('A secret cannot be kept here: it is locked.');
    const [item] = await secretsItem(vault);
    expect(english(item?.detail ?? '')).toBe('A secret cannot be kept here: it is locked.');
    expect(existsSync(sealedPath())).toBe(false);
    expect(await secretsItem(open([]).vault)).toEqual([]);
  });
});
