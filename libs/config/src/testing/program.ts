import { IsString } from 'class-validator';
import { inRange, minusOneOr } from '../options/checks.js';
import { flag, int, objectList, oneOf, optionalInt, text, textList } from '../options/option-rows.js';
import type { OptionValues } from '../options/option-values.js';
import type { Program } from '../options/program.js';

class Item {
  @IsString({ message: 'must be text' })
  readonly name!: string;

  @IsString({ message: 'must be text' })
  readonly secret: string = 'none';

  @IsString({ each: true, message: 'must hold texts only' })
  readonly tags: readonly string[] = [];

  @IsString({ message: 'must be text or an object' })
  readonly labels: string = '{}';
}

const rows = {
  'http.port': int({
    default: 80,
    flags: ['--port'],
    env: 'PORT',
    check: inRange(1, 65_535),
    doc: 'The port.',
  }),
  'http.idle': int({ default: 45, check: minusOneOr(inRange(1, 9)), minusOneMeans: 45, doc: 'Idle.' }),
  threshold: optionalInt({ doc: 'A threshold.' }),
  name: text({ default: 'nobody', flags: ['--name', '-n'], env: 'NAME', doc: 'A name.' }),
  token: text({
    default: '',
    flags: ['--token'],
    env: 'TOKEN',
    isSecret: true,
    check: { allowed: 'words without !', holds: (value) => !value.includes('!') },
    doc: 'A token.',
  }),
  enabled: flag({ default: true, flags: ['--enabled'], env: 'ENABLED', doc: 'Whether.' }),
  mode: oneOf(['one', 'two'], { default: 'one', flags: ['--mode'], env: 'MODE', doc: 'How.' }),
  hosts: textList({ default: [], doc: 'Hosts.' }),
  items: objectList(Item, { secretFields: ['secret'], jsonTextFields: ['labels'], doc: 'Items.' }),
};

export type SampleOptions = OptionValues<typeof rows>;

/** A program with one option of each kind. */
export const sampleProgram: Program<typeof rows, SampleOptions> = {
  name: 'sample',
  prefix: 'proxy',
  summary: 'Shows what can be configured.',
  configEnv: 'SAMPLE_CONFIG',
  groups: [{ title: 'All of them', rows }],
  rows,
  ignored: [
    { key: 'old', flags: ['--old'], env: 'OLD', why: 'it is old', warning: 'old has no effect any more' },
    { key: 'http.older', why: 'it is older' },
  ],
  complete: (options) => ({ kind: 'ok', options, notices: [] }),
};
