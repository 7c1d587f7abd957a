import { writeFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

/**
 * @typedef {object} TestReport
 * @property {number} passed
 * @property {number} failed a file that could not even be loaded has no tests of its own and counts as one failed
 * @property {{ test: string, reason: string }[]} skipped
 * @property {{ test: string, times: number }[]} retried those that were run again, whatever came of it
 * @property {number} errors that no test owns
 */

/** Where the report goes; set for the test run that it is to report on. */
const PATH = 'COLDAISLE_TEST_REPORT';

/** A reporter for vitest that keeps what the closing lines need: vitest's own JSON knows neither retries nor why a test was skipped. */
export default class TestReporter {
  onTestRunEnd(modules, errors) {
    const path = process.env[PATH];
    if (path) writeFileSync(path, JSON.stringify(reportOf(modules, errors)));
  }
}

/** @returns {TestReport} */
export function reportOf(modules, errors, root = process.cwd()) {
  const report = { passed: 0, failed: 0, skipped: [], retried: [], errors: errors.length };
  for (const module of modules) {
    const file = relative(root, module.moduleId).split(sep).join('/');
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const name = `${file} › ${test.fullName.replaceAll(' > ', ' › ')}`;
      const { state, note } = test.result();
      const { retryCount = 0 } = test.diagnostic() ?? {};
      if (retryCount > 0) report.retried.push({ test: name, times: retryCount });
      if (state === 'passed') report.passed++;
      else if (state === 'failed') failedHere++;
      else report.skipped.push({ test: name, reason: note ?? reasonOf(test) });
    }
    // Its hooks, or its very code, failed.
    if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
    report.failed += failedHere;
  }
  return report;
}

/** What the test, or a group around it, says of why it is left out. */
function reasonOf(test) {
  for (let task = test; task && task.type !== 'module'; task = task.parent) {
    const reason = task.meta().skipReason;
    if (reason) return reason;
  }
  return test.options.mode === 'todo' ? 'not written yet' : 'left out by name (-t) or without a reason';
}
