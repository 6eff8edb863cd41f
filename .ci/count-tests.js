/**
 * Prints one line, `N passed, N failed, N skipped`, for a run of the tests.
 *
 * Arguments: the file that vitest's JSON reporter wrote, and how many steps of the run failed, the tests among
 * them. A failed step always shows as a failure, also when it failed before a test could.
 */
import { readFileSync } from 'node:fs';

const [file, failedSteps] = process.argv.slice(2);
const { numPassedTests: passed, numPendingTests: pending, numTodoTests: todo, testResults } = read(file);

const failedFiles = testResults.filter((result) => result.status === 'failed');
const failures = failedFiles.map(
  (result) => result.assertionResults.filter((test) => test.status === 'failed').length,
);
const failedTests = failures.reduce((sum, count) => sum + Math.max(1, count), 0);
const failed = Math.max(failedTests, Number(failedSteps));

process.stdout.write(`${passed} passed, ${failed} failed, ${pending + todo} skipped\n`);

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { numPassedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}
