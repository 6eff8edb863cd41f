import { type Block, blocksOf, pages, records } from './page-blocks.js';

/** What executes blocks of the pages: a spec, and which blocks it takes. */
export interface PageCheck {
  readonly spec: string;
  readonly takes: (block: Block) => boolean;
}

const isOn =
  (...of: readonly string[]) =>
  ({ page }: Block): boolean =>
    of.includes(page);
const isCommand = ({ language }: Block): boolean => ['sh', 'console'].includes(language);
const isPrometheus = ({ language, text }: Block): boolean =>
  language === 'yaml' && (text.startsWith('scrape_configs:') || /^- (alert|record): /.test(text));

/** Every block of every page is taken by exactly one of them, or test/docs/blocks.spec.ts fails. */
export const PAGE_CHECKS = {
  configurations: {
    spec: 'test/docs/pages.spec.ts',
    takes: ({ language, text }) => language === 'hocon' && /^(proxy|agent)\b/.test(text),
  },
  'files of targets': {
    spec: 'test/docs/pages.spec.ts',
    takes: (block) => isOn('docs/discovery.md')(block) && block.language === 'json',
  },
  prometheus: { spec: 'test/docs/prometheus-blocks.spec.ts', takes: isPrometheus },
  'first steps': {
    spec: 'test/e2e/shown-commands.spec.ts',
    takes: (block) => isOn('README.md', 'docs/getting-started.md')(block) && isCommand(block),
  },
  modules: {
    spec: 'test/e2e/shown-modules.spec.ts',
    takes: (block) => isOn('docs/extending.md')(block) && isCommand(block),
  },
  doctor: {
    spec: 'test/e2e/shown-doctor.spec.ts',
    takes: (block) => isOn('docs/doctor.md')(block) && isCommand(block),
  },
  embedding: { spec: 'test/e2e/package.spec.ts', takes: isOn('docs/embedding.md') },
  kubernetes: {
    spec: 'test/e2e/shown-kubernetes.spec.ts',
    takes: (block) => isOn('docs/kubernetes.md')(block) && !isPrometheus(block),
  },
  nginx: { spec: 'test/e2e/nginx.spec.ts', takes: ({ language }) => language === 'nginx' },
} as const satisfies Readonly<Record<string, PageCheck>>;

/** All blocks of README, the pages and the records. */
export const allBlocks: readonly Block[] = [...pages, ...records].flatMap(blocksOf);

/** The blocks that this check has to execute; there is at least one. */
export function blocksFor(check: keyof typeof PAGE_CHECKS): Block[] {
  const found = allBlocks.filter(PAGE_CHECKS[check].takes);
  if (found.length === 0) throw new Error(`no page has a block for ${check}`);
  return found;
}
