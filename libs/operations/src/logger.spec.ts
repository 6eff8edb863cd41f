import { describe, expect, it } from 'vitest';
import { createLogger, type LogFormat, logRateOf } from './logger.js';
import { frameworkLogger } from './logger.module.js';

describe('the logger', () => {
  it('writes one JSON object a line, with the level as a word and the program', () => {
    const { log, lines } = capture({ level: '' });

    log.info({ agentId: 'a1' }, 'agent registered');

    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      program: 'proxy',
      agentId: 'a1',
      msg: 'agent registered',
    });
  });

  it.each([
    ['', ['info', 'error']],
    ['DEBUG', ['debug', 'info', 'error']],
    ['warn', ['error']],
    ['off', []],
  ])('keeps lines below level "%s" to itself', (level, expected) => {
    const { log, lines } = capture({ level });

    log.debug('x');
    log.info('x');
    log.error('x');

    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(expected);
  });

  it('writes no more lines in a second than it may, counts the others, and says how many they were', async () => {
    const { log, lines } = capture({ level: '', maxLinesPerSec: 3 });
    const child = log.child({ part: 'x' });

    for (let line = 1; line <= 5; line += 1) child.info(String(line));
    log.debug('below the level');
    log.fatal('the end');
    const atOnce = lines.map(messageOf);
    await expect.poll(() => lines.length, { timeout: 3_000 }).toBe(5);
    log.info('later');

    expect(atOnce).toEqual(['1', '2', '3', 'the end']);
    const summary = { level: 'warn', lines: 2, atMost: 3 };
    expect(JSON.parse(lines[4] ?? '')).toMatchObject(summary);
    expect(lines.map(messageOf).at(-1)).toBe('later');
    expect(logRateOf(log).bound.reached.value).toBe(2);
  });

  it('writes any number of lines where it was not told how many', () => {
    const { log, lines } = capture({ level: '' });

    for (let line = 0; line < 5_000; line += 1) log.info('x');

    expect(lines).toHaveLength(5_000);
  });

  it('masks fields that are named like a credential', () => {
    const { log, lines } = capture({ level: '' });

    log.info({ agentToken: 's3cret', headers: { authorization: 's3cret', 'agent-token': 's3cret' } }, 'x');

    expect(lines[0]).not.toContain('s3cret');
    expect(lines[0]).toContain('***');
  });

  it('writes for a person when told to', () => {
    const { log, lines } = capture({ level: '', format: 'pretty' });

    log.warn({ path: 'db1' }, 'path refused');

    expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: path refused {"path":"db1"}\n$/);
  });

  it('takes what the framework notes as debug, and its errors as errors with their stack', () => {
    const { log, lines } = capture({ level: 'debug' });
    const framework = frameworkLogger(log);

    framework.log('Mapped {/ping, GET} route', 'RouterExplorer');
    framework.error('Boom', 'Error: Boom\n    at x', 'ExceptionsHandler');

    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'debug', msg: 'Mapped {/ping, GET} route', context: 'RouterExplorer' },
      { level: 'error', msg: 'Boom', context: 'ExceptionsHandler', stack: 'Error: Boom\n    at x' },
    ]);
  });
});

const messageOf = (line: string): string => (JSON.parse(line) as { msg: string }).msg;

function capture(settings: { level: string; format?: LogFormat; maxLinesPerSec?: number }): {
  log: ReturnType<typeof createLogger>;
  lines: string[];
} {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ program: 'proxy', format: 'json', ...settings, destination }), lines };
}
