import { startCore } from '../../../src-main/hosts/cli/running-core';
import { Terminal } from '../../../src-main/hosts/cli/terminal';
import { runtimePaths } from '../../../src-main/hosts/paths';
import { Redactor } from '../../../src-main/core/secrets/redactor';

// A core that keeps a secret, logs it, and ends by an error that tells it.
const [, , programDir = '', dataDir = '', value = ''] = process.argv;

async function main(): Promise<void> {
  const redactor = new Redactor();
  const terminal = new Terminal(undefined, redactor.redact);
  const { client } = await startCore(runtimePaths(programDir, dataDir, null), { serving: true }, { terminal, version: '0.0.0', redactor });
  await client.call('secrets.set', { id: 'meters/pdu-1', value });
  terminal.note(`asking http://admin:${encodeURIComponent(value)}@pdu-1/`);
  setTimeout(() => {
    throw new Error(`the login admin:${value} was refused`, { cause: new Error(`of ${Buffer.from(`admin:${value}`).toString('base64')}`) });
  });
}

void main();
