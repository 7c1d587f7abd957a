/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally numbers of tests
 */

/**
 * Counts a report. A run that failed for a reason no test owns (an error outside of every test) counts as one failed.
 *
 * @param {import('./test-report.mjs').TestReport} report
 * @param {number} exitCode vitest's own
 * @returns {Tally}
 */
export function tallyReport({ passed, failed, skipped }, exitCode) {
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped: skipped.length };
}

/**
 * What a person should know beside the figures: tests that passed only when they were run again (a green line alone would
 * hide them), and what was not tested, with why.
 *
 * @param {import('./test-report.mjs').TestReport} report
 * @returns {string[]}
 */
export function remarks({ retried, skipped }) {
  const again = retried.map(({ test, times }) => (times === 1 ? test : `${test} (${times} times)`));
  return [
    ...(again.length > 0 ? [`Retried: ${again.length} (${again.join(', ')})`] : []),
    ...skipped.map(({ test, reason }) => `Skipped: ${test}: ${reason}`),
  ];
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
