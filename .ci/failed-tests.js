/**
 * A reporter of vitest that keeps, in FAILED_TESTS, what is worth reading of a run that cannot be looked into: each test
 * that failed with the first lines of why, and each that needed another try. Written as it happens, so that a run which
 * is cut off leaves it, too.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';

const MAX_LINES = 10;
const MAX_CHARS = 300;

export default class FailedTests {
  #file = process.env.FAILED_TESTS;

  onTestRunStart() {
    if (this.#file !== undefined) writeFileSync(this.#file, '');
  }

  onTestCaseResult(test) {
    const { state, errors = [] } = test.result();
    if (state === 'failed') this.#keep('FAILED', nameOf(test), errors);
    else if (test.diagnostic()?.flaky) this.#keep('tried again', nameOf(test), errors.slice(0, 1));
  }

  onTestSuiteResult(suite) {
    if (suite.errors().length > 0) this.#keep('FAILED', nameOf(suite), suite.errors());
  }

  onTestModuleEnd(module) {
    if (module.errors().length > 0) this.#keep('FAILED', pathOf(module), module.errors());
  }

  onTestRunEnd(_modules, unhandled) {
    if (unhandled.length > 0) this.#keep('FAILED', 'outside of any test', unhandled);
  }

  #keep(what, name, errors) {
    if (this.#file === undefined) return;
    const lines = errors.flatMap(linesOf).slice(0, MAX_LINES);
    appendFileSync(this.#file, [`${what}: ${name}`, ...lines.map((line) => `    ${line}`), ''].join('\n'));
  }
}

const pathOf = (module) => relative(process.cwd(), module.moduleId);

const nameOf = (entity) => `${pathOf(entity.module)} > ${entity.fullName}`;

/** Message, difference, and where in this repository it was thrown. */
function linesOf({ name, message, diff, stacks }) {
  const place = stacks?.[0];
  const where = place === undefined ? [] : [`at ${relative(process.cwd(), place.file)}:${place.line}`];
  const text = stripVTControlCharacters([`${name}: ${message}`, diff ?? ''].join('\n'));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return [...lines.slice(0, MAX_LINES - 1), ...where].map((line) => line.slice(0, MAX_CHARS));
}
