import { textList } from './option-rows.js';

/** The row both programs have for modules that somebody wrote for them. */
export const moduleRows = (program: string) => ({
  modules: textList({
    default: [],
    flags: ['--module'],
    doc: `JavaScript files whose default export is a Nest module to add to the ${program}; the flag may be repeated.`,
  }),
});
