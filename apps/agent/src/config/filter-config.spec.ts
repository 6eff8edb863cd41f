import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAgentConfig } from './agent-options.js';

const folders: string[] = [];

afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

async function load(text: string, suffix = 'conf') {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  folders.push(folder);
  const file = join(folder, `agent.${suffix}`);
  writeFileSync(file, text);
  const outcome = await loadAgentConfig(['--config', file], {});
  const shown = (lines: readonly string[]): string[] => lines.map((line) => line.replace(`${folder}/`, ''));
  return {
    filters: outcome.kind === 'run' ? outcome.options.filters : [],
    notices: outcome.kind === 'run' ? shown(outcome.notices) : [],
    problems: outcome.kind === 'invalid' ? shown(outcome.problems) : [],
  };
}

const PATH = 'agent.pathConfigs = [{ name = m, path = m, url = "http://h" }]\n';

describe('the metric filters of an agent', () => {
  it('keep what is written of them, without the leading slash', async () => {
    const { filters, notices } = await load(
      `${PATH}agent.filters = [{ path = /m, metricNameAllow = ["go_.*", 7], metricNameDeny = [] }]`,
    );

    expect(filters).toEqual([{ path: 'm', metricNameAllow: ['go_.*', '7'], metricNameDeny: [] }]);
    expect(notices).toEqual([]);
  });

  it('can be written as properties', async () => {
    const { filters } = await load(
      [
        'agent.filters.0.path=m',
        'agent.filters.0.metricNameAllow.0=a',
        'agent.filters.0.metricNameAllow.1=b',
        'agent.filters.0.metricNameDeny.0=c',
      ].join('\n'),
      'properties',
    );

    expect(filters).toEqual([{ path: 'm', metricNameAllow: ['a', 'b'], metricNameDeny: ['c'] }]);
  });

  it('are refused with every problem, by path and pattern', async () => {
    const { problems } = await load(`agent.filters = [
      { path = /m, metricNameAllow = ["(", "ok", "a++"], metricNameDeny = ["*"] }
      { path = m, metricNameAllow = [] }
      { path = "/", metricNameAllow = x, metricNameDeny = [{ a = 1 }] }
    ]`);

    expect(problems).toEqual([
      'agent.conf:2: agent.filters[0].metricNameAllow: is no regular expression for path /m: "(" (Unterminated group), "a++" (Nothing to repeat)',
      'agent.conf:2: agent.filters[0].metricNameDeny: is no regular expression for path /m: "*" (Nothing to repeat)',
      'agent.conf:3: agent.filters[1].metricNameDeny: is missing',
      'agent.conf:4: agent.filters[2].path: "/" must not be empty',
      'agent.conf:4: agent.filters[2].metricNameAllow: "x" must be a list of regular expressions',
      'agent.conf:4: agent.filters[2].metricNameDeny: must be a list of regular expressions',
    ]);
  });

  it('are said to do nothing where their path is not served or stands again', async () => {
    const one = '{ path = m, metricNameAllow = [a], metricNameDeny = [] }';
    const { notices } = await load(`${PATH}agent.filters = [${one}, ${one}, ${one.replace('= m', '= n')}]`);

    expect(notices).toEqual([
      'agent.conf:2: agent.filters: "m" stands twice; the later one counts',
      'agent.conf:2: agent.filters: "n" is no path of agent.pathConfigs',
    ]);
  });
});
