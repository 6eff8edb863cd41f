import '../../../../test/support/quiet-framework.js';
import { createLogger } from '@app/operations';
import type { Stage } from '../../../../test/support/stage.js';
import { startProxy, type RunningProxy } from '../bootstrap.js';
import { defaultProxyOptions } from '../config/proxy-options.js';

/** One line of its log. */
export interface Line {
  readonly level: string;
  readonly msg: string;
}

/** A proxy on free ports and all that it logs; it leaves with the stage. */
export async function startRecordedProxy(
  stage: Stage,
  overrides: Parameters<typeof defaultProxyOptions>[0] = {},
): Promise<{ readonly proxy: RunningProxy; readonly lines: readonly Line[] }> {
  const lines: Line[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Line) };
  const options = defaultProxyOptions({ ...overrides, http: { port: 0 }, agent: { port: 0 } });
  const { maxLogLinesPerSec: maxLinesPerSec } = options.limits;
  const logger = createLogger({
    program: 'proxy',
    level: 'info',
    format: 'json',
    destination,
    maxLinesPerSec,
  });
  const proxy = await startProxy(options, logger);
  stage.atEnd(() => proxy.close());
  return { proxy, lines };
}
