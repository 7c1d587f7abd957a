import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMain } from './setup/errors.mjs';
import { npmCommand } from './setup/npm.mjs';
import { REPO } from './setup/paths.mjs';
import { startStep } from './setup/progress.mjs';
import { capture, runForeground } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';
import { hasDisplay } from './setup/system.mjs';
import { addTallies, noReport, remarks, summaryLine, tallyReport } from './setup/tally.mjs';

/** Lint and type checks count as one test each; their whole output shows when they fail. */
async function check(label, script) {
  const step = startStep(label);
  const { command, args } = npmCommand(['run', '--silent', script]);
  const { code, stdout, stderr } = await capture(command, args, { cwd: REPO });
  if (code === 0) {
    step.done();
    return { passed: 1, failed: 0, skipped: 0 };
  }
  step.failed();
  process.stdout.write(`${stdout}${stderr}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function runVitest(filters, env) {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-test-'));
  try {
    const report = join(dir, 'report.json');
    const vitest = [
      join(REPO, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      `--reporter=${join(REPO, 'scripts', 'setup', 'test-report.mjs')}`,
      ...filters,
    ];
    const [command, args] = hasDisplay()
      ? [process.execPath, vitest]
      : ['xvfb-run', ['-a', '-s', '-screen 0 1920x1200x24', process.execPath, ...vitest]];
    const code = await runForeground(command, args, { cwd: REPO, env: { ...env, COLDAISLE_TEST_REPORT: report }, ownGroup: true });
    const text = await readFile(report, 'utf8').catch(() => null);
    if (text === null) return { tally: noReport(), told: [] };
    return { tally: tallyReport(JSON.parse(text), code), told: remarks(JSON.parse(text)) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

// npm test [-- filters]: everything a change must pass. With filters only the tests they name, without lint and types.
await runMain(async () => {
  const filters = process.argv.slice(2);
  const { env } = await setUp({ electron: true, node: true, build: true, tests: true });
  const tallies = filters.length > 0 ? [] : await Promise.all([check('Lint', 'lint'), check('Type check', 'typecheck')]);
  const { tally, told } = await runVitest(filters, env);
  const total = addTallies([...tallies, tally]);
  process.stdout.write([...told, summaryLine(total)].map((line) => `${line}\n`).join(''));
  return total.failed > 0 ? 1 : 0;
});
