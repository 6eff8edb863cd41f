import { describe, expect, it } from 'vitest';
import { atLeast } from './options/checks.js';
import { int, text, textList } from './options/option-rows.js';
import type { Program } from './options/program.js';
import { SettingsError, settingsFromCode } from './settings-from-code.js';

const rows = {
  'http.port': int({ default: 80, check: atLeast(1), doc: '' }),
  token: text({
    default: '',
    isSecret: true,
    check: { holds: (value) => !value.includes(' '), allowed: 'no spaces' },
    doc: '',
  }),
  hosts: textList({ default: [], doc: '' }),
};
const program: Program<typeof rows, object> = {
  name: 'p',
  prefix: 'p',
  summary: '',
  configEnv: 'P_CONFIG',
  groups: [],
  rows,
  ignored: [],
  complete: (options) => ({ kind: 'ok', options, notices: [] }),
};

describe('settings from code', () => {
  it('become options, with the defaults of what is left out', () => {
    const { options } = settingsFromCode(program, { hosts: ['a', 'b'], token: undefined }, 'MyModule');

    expect(options).toEqual({ http: { port: 80 }, token: '', hosts: ['a', 'b'] });
  });

  it('are wrong all at once, by name and by where they were given, without their secrets', () => {
    const read = (): unknown => settingsFromCode(program, { http: { port: 0 }, token: 'a b' }, 'MyModule');

    expect(read).toThrow(SettingsError);
    expect(read).toThrow(
      'p.http.port (MyModule): "0" is not allowed; allowed: a whole number, 1 or more\n' +
        'p.token (MyModule): its value is not allowed; allowed: no spaces',
    );
  });

  it('that are not known are told, with the nearest that is', () => {
    const { notices } = settingsFromCode(program, { http: { prot: 1 } }, 'MyModule');

    expect(notices.join()).toContain('http.port');
  });
});
