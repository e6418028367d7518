// npm run bench:rooms: what an open room costs in memory, with one seat reserved in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readNumbers } from '../harness/arguments.ts';
import { unlimited } from '../harness/unlimited.ts';
import { createApp } from '../src/app.config.ts';
import { readConfig } from '../src/config.ts';
import type { RouteAnswers } from '../src/protocol/http.ts';

readNumbers({}, 'npm run bench:rooms, which has no options');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const rooms = 500;
const folder = mkdtempSync(join(tmpdir(), 'recall-rooms-'));
const app = createApp(readConfig({ ...unlimited, PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'silent' }));
const url = `http://localhost:${await app.listen()}`;
const headers = { 'Content-Type': 'application/json' };
const guest = await fetch(`${url}/auth/anonymous`, { method: 'POST', headers, body: '{}' });
const { token } = (await guest.json()) as RouteAnswers['POST /auth/anonymous'];

async function open(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const options = { method: 'POST', headers: { ...headers, Authorization: `Bearer ${token}` }, body: '{}' };
    const answer = await fetch(`${url}/matchmake/create/recall`, options);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`a room was refused: ${answer.status}`);
  }
}
const usedKb = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024;
};

await open(20);
const before = usedKb();
await open(rooms);
console.log(`${((usedKb() - before) / rooms).toFixed(0)} KB a room, of ${rooms}`);
await app.stop();
rmSync(folder, { recursive: true, force: true });
process.exit();
