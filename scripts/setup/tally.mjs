/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally numbers of tests
 */

/**
 * Counts a vitest JSON report. A file that could not even be loaded has no tests of its own and counts as one failed;
 * so does a run that failed for a reason no test owns (an error outside of every test).
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @param {number} exitCode vitest's own
 * @returns {Tally}
 */
export function tallyVitest(report, exitCode) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** @returns {Tally} of a test run that died before it could report */
export function noReport() {
  return { passed: 0, failed: 1, skipped: 0 };
}

/** @param {readonly Tally[]} tallies @returns {Tally} */
export function addTallies(tallies) {
  return tallies.reduce(
    (sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed, skipped: sum.skipped + one.skipped }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** @param {Tally} tally @returns {string} for example `12 passed, 0 failed, 1 skipped` */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
