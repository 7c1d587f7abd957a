import { join } from 'node:path';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { KeyFileCipher } from './key-file';
import { Redactor } from './redactor';
import { SealedFile } from './sealed-file';
import { SystemCipher } from './system-cipher';
import { SecretVault } from './vault';

/** In the data folder. */
export const SECRETS_FILE = 'secrets.json';

/** Credentials: kept encrypted, handed to who uses one, left out of what is logged and told. */
export const secretsService = defineService({
  name: 'secrets',
  // The store, because its owner alone changes what lies in the data folder.
  needs: [scenarioService, storeService],
  start({ scenario: { dataDir } }, { options, log }) {
    const { redactor = new Redactor(), keyFile = null, systemKeys = null } = options.secrets ?? {};
    const ciphers = [
      ...(systemKeys === null ? [] : [new SystemCipher(systemKeys)]),
      ...(keyFile === null ? [] : [new KeyFileCipher({ path: keyFile, dataDir })]),
    ];
    return { vault: new SecretVault({ file: new SealedFile(join(dataDir, SECRETS_FILE)), ciphers, redactor, log }), redactor };
  },
});
