import { temporaryFolder } from '../people/folder.ts';

/** The environment of a server that a test starts: its own data, and nothing of what this process was told. */
export function bareEnvironment() {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE, HOST: '127.0.0.1', DATA_DIR: temporaryFolder() };
}
