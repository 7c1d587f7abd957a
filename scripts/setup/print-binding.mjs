import { runMain } from './errors.mjs';
import { ensureSqliteBinding } from './sqlite.mjs';

// For running one test by hand: export COLDAISLE_SQLITE_BINDING=$(node scripts/setup/print-binding.mjs)
await runMain(async () => {
  const binding = await ensureSqliteBinding([Number(process.versions.napi)]);
  process.stdout.write(`${binding ?? ''}\n`);
});
