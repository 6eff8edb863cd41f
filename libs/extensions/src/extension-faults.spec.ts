import { describe, expect, it } from 'vitest';
import { ExtensionFaults } from './extension-faults.js';

const watched = () => {
  const counted: string[] = [];
  const logged: object[] = [];
  const faults = new ExtensionFaults({
    count: (seam, module) => counted.push(`${module} ${seam}`),
    log: (fields) => logged.push(fields),
  });
  return { counted, logged, faults };
};

describe('the faults of modules', () => {
  it('are all counted, and logged once for a while by the name of the module', () => {
    const { counted, logged, faults } = watched();

    faults.record('ScrapeObserver', './audit.js', new Error('disk full'));
    faults.record('ScrapeObserver', './audit.js', new Error('disk full'));
    faults.record('ScrapeObserver', './other.js', 'no error at all');

    expect(counted).toHaveLength(3);
    expect(logged).toEqual([
      { module: './audit.js', seam: 'ScrapeObserver', err: new Error('disk full') },
      { module: './other.js', seam: 'ScrapeObserver', err: new Error('no error at all') },
    ]);
  });

  it('leave what was asked for with a value of its own', () => {
    const { counted, faults } = watched();

    const answer = faults.guard('AgentSelector', 'm', () => JSON.parse('{') as number, 5);

    expect(answer).toBe(5);
    expect(counted).toEqual(['m AgentSelector']);
  });
});
