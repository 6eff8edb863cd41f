import { fileURLToPath } from 'node:url';
import { settingsSection } from '@app/config';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { agentProgram } from '../../apps/agent/src/config/agent-options.js';
import { proxyProgram } from '../../apps/proxy/src/config/proxy-options.js';

const PAGE = fileURLToPath(new URL('../../docs/settings.md', import.meta.url));

const INTRODUCTION = `# Settings

Everything that can be set, in both programs. This page is written from the tables that the programs read
(\`npm run settings\`), and a test compares the two; \`--help\` says the same.

## How an option gets its value

The strongest of these that gives one counts, option by option:

1. a flag: \`--port 8081\` or \`--port=8081\`, in any case. A number of \`-1\` and an empty text count as not given. A flag
   that is true or false takes no value (\`--admin\`), or says it (\`--admin=false\`); given twice it is false again.
   \`@file\` stands for the arguments on the lines of a file;
2. an environment variable. One that is set counts, also when it is empty; booleans are \`true\` or \`false\`;
3. \`-Dkey=value\`, with the full key: \`-Dproxy.http.port=8081\`. Elements of a list go by their numbers:
   \`-Dagent.pathConfigs.0.name=app\`;
4. the configuration, a file or a URL;
5. the default.

All that is wrong is said at once, one line each: where it stands, which key, what is allowed. The program then
exits with 1 and has opened no port. The values of secrets are never shown. A key that is not known gets a notice with
the nearest one that is.

\`--check-config\` checks all of this without starting anything: it exits with 1 and the same lines, or with 0, and prints
every option with the value in force and who gave it: a flag, a variable, \`-D\`, file and line, or the default. What it
prints is HOCON and says the same when it is read again, but for secrets, URL credentials and query values, which it masks.
Keys that are not known, and options without effect, are named at its top. It does not open the files that options name
(certificates, tokens, targets).

Below, **Secret** is what is never shown, and **Reloaded** what is taken up [while the program runs](reload.md); anything
else needs a restart.

## The configuration

A name that ends in \`.conf\` is read as HOCON, \`.json\` as JSON, \`.properties\` as Java properties. Any other name is a
base name: each of the three suffixes is added to it, and what is found is merged, \`.conf\` over \`.json\` over
\`.properties\`. What comes from \`http://\` or \`https://\` goes by its content type, else by its suffix, else it is HOCON;
it has 10 seconds.

The options stand in a block called \`proxy\` or \`agent\`. One file may hold both; each program looks at its own.

HOCON is taken as existing installations use it: comments, \`a.b = 1\`, blocks that merge, values and lists side by
side, \`+=\`, triple quotes, \`\${key}\` and \`\${?key}\` with the environment behind them, and \`include\`. An include stands
beside the file it is in, or beside the URL. Only \`.conf\`, \`.json\` and \`.properties\` can be included; a file cannot
include a URL, and what came from a URL cannot include files. A missing include is passed over unless it is written
\`include required("name")\`.

A document may have 1 MiB; with all substitutions made, 16 MiB. Objects and lists nest 256 deep, includes 50.
`;

it('the settings page says what the tables say', async () => {
  const page = [INTRODUCTION, settingsSection(proxyProgram), settingsSection(agentProgram)].join('\n\n');

  const formatted = await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' });

  await expect(formatted).toMatchFileSnapshot(PAGE);
});
