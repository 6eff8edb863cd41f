import { describe, expect, it } from 'vitest';
import { createLogger, type LogFormat } from './logger.js';
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

function capture(settings: { level: string; format?: LogFormat }): {
  log: ReturnType<typeof createLogger>;
  lines: string[];
} {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ program: 'proxy', format: 'json', ...settings, destination }), lines };
}
