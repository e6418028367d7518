import { createApp } from '../../src/app.config.ts';
import { readConfig } from '../../src/config.ts';
import type { HookName } from '../../src/hooks.ts';

/** A server that prints each hook as a line of JSON. */
const app = createApp(readConfig(process.env));
const names: readonly HookName[] = ['room_created', 'room_joined', 'leave_room', 'room_closed'];
for (const name of names) {
  app.services.hooks.on(name, (payload) => console.log(JSON.stringify({ hook: name, ...payload })));
}
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)));
const port = await app.listen();
console.log(`Recall serves on http://127.0.0.1:${port}`);
