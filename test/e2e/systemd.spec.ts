import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = resolve(import.meta.dirname, '../../deploy/systemd');
const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
const title = 'the units for systemd';
/** systemd's own measure of what a service may do that it need not: 0 is nothing, 10 everything. */
const MOST_EXPOSURE = 2;

describe.skipIf(!isThere)(isThere ? title : `${title}, no systemd-analyze`, () => {
  it.each(['prometheus-proxy', 'prometheus-agent'])('%s is right, and may do little', (name) => {
    const unit = `${folder}/${name}.service`;

    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    const secured = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });

    expect({ status: verified.status, said: verified.stderr }).toEqual({ status: 0, said: '' });
    const exposure = /Overall exposure level for \S+: (\d+\.\d+)/.exec(secured.stdout)?.[1];
    expect(Number(exposure)).toBeLessThan(MOST_EXPOSURE);
  });

  it('take what follows a change by SIGHUP, and do not forbid the memory that JavaScript is compiled into', () => {
    const unit = readFileSync(`${folder}/prometheus-proxy.service`, 'utf8');

    expect(unit).toContain('ExecReload=/bin/kill -HUP $MAINPID');
    expect(unit).not.toContain('MemoryDenyWriteExecute');
  });
});
