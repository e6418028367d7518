import { readFileSync } from 'node:fs';

/** The code of a language that a page shows, block by block. */
export const blocksIn = (page: string, language: string): string[] => {
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...readFileSync(page, 'utf8').matchAll(block)].map(([, code = '']) => code);
};
