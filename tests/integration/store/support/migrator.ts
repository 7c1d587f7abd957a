import { openDatabase } from '../../../../src-main/core/store/file/database';
import { migrations } from '../../../../src-main/core/store/repositories';
import { slowStep } from './slow-step';

/** Begins a migration that takes some seconds, and says so just before: `<database>`. */
console.log('migrating');
openDatabase({
  path: process.argv[2] ?? '',
  migrations: [...migrations, slowStep(20_000_000)],
  suspect: false,
  prepare: () => undefined,
  log: () => undefined,
});
console.log('migrated');
