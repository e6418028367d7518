import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiling is half of what a start costs, and a player waits for each start that follows a crash. Where the folder can't
// be written (another user has installed it), it is compiled again.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
await import('./serve.ts');
// Node writes it when a process ends by itself; some are killed.
flushCompileCache();
