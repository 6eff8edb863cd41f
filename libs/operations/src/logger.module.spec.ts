import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PinoLogger } from 'nestjs-pino';
import { describe, expect, it } from 'vitest';
import { createLogger, frameworkLogger, ListenError, type Logger, LOGGER, loggerModule } from './index.js';

@Injectable()
class Talker {
  constructor(
    private readonly named: PinoLogger,
    @Inject(LOGGER) private readonly plain: Logger,
  ) {
    named.setContext(Talker.name);
  }

  talk(word: string): void {
    this.named.info({ word }, 'named');
    this.plain.info({ word }, 'plain');
  }
}

@Injectable()
class OtherTalker {
  constructor(readonly named: PinoLogger) {}
}

describe('the logger module', () => {
  it('gives each application of a process its own logger', async () => {
    const one = await startTalker('one');
    const two = await startTalker('two');

    one.talker.talk('hello');
    two.talker.talk('hi');

    expect([...one.lines, ...two.lines].map((line) => JSON.parse(line) as object)).toMatchObject([
      { program: 'one', msg: 'named', word: 'hello', context: 'Talker' },
      { program: 'one', msg: 'plain', word: 'hello' },
      { program: 'two', msg: 'named', word: 'hi', context: 'Talker' },
      { program: 'two', msg: 'plain', word: 'hi' },
    ]);
    await Promise.all([one.close(), two.close()]);
  });

  it('lets each class name itself without naming others', async () => {
    const { other, lines, close } = await startTalker('one');

    other.named.info('x');

    expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('context');
    await close();
  });
});

describe('what the framework logs', () => {
  it.each([
    [new ListenError('port 1 is taken'), 'debug'],
    [new Error('a bug'), 'error'],
  ])('of a failed start, %s, is %s', (failure, level) => {
    const lines: { level: string }[] = [];
    const destination = { write: (line: string) => lines.push(JSON.parse(line) as { level: string }) };
    const logger = createLogger({ program: 'test', level: 'debug', format: 'json', destination });

    frameworkLogger(logger).error(failure, 'ExceptionHandler');

    expect(lines).toEqual([expect.objectContaining({ level })]);
  });
});

async function startTalker(
  program: string,
): Promise<{ talker: Talker; other: OtherTalker; lines: string[]; close: () => Promise<void> }> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ program, level: '', format: 'json', destination });
  @Module({ imports: [loggerModule(logger)], providers: [Talker, OtherTalker] })
  class Program {}
  const app = await NestFactory.createApplicationContext(Program, { logger: frameworkLogger(logger) });
  return { talker: app.get(Talker), other: app.get(OtherTalker), lines, close: () => app.close() };
}
