import { readFileSync } from 'node:fs';

/** Which build of the server this is. */
export const build: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
