import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Build, keptBuilds, lastVersion, removeBuilds } from '../../harness/build.ts';
import { killAll, Process } from '../../harness/process.ts';
import { type SyncedType, schemaOf } from '../../harness/stateSchema.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { TestPlayer } from '../rooms/player.ts';
import { reconnects } from './drawn.ts';

vi.setConfig({ testTimeout: 120_000 });

afterEach(killAll);
afterAll(removeBuilds);

test('since the last release, fields of the state were added behind all others, and nothing else', async () => {
  const file = join(keptBuilds, `${lastVersion()}.schema.json`);
  const before = JSON.parse(readFileSync(file, 'utf8')) as readonly SyncedType[];
  const now = new Map((await schemaOf('.')).map(({ id, fields }) => [id, fields]));
  const kept = before.map(({ id, fields }) => ({ id, fields: now.get(id)?.slice(0, fields.length) }));
  expect(kept).toEqual(before);
});

test('an SDK that keeps its decoder is sent for another one where the state has another schema, both ways (never again 41)', async () => {
  const tomorrow = Build.copy().edit('src/rooms/schema/state.ts', (code) =>
    code.replace('shortWindows: t.boolean().default(false),', "$&\n    tomorrow: t.string().default('another day'),"),
  );
  const server = await Process.start();
  const client = await server.guest();
  let ann = new TestPlayer(await client.create('recall', { bots: 1 }));
  const { roomId } = ann;
  const comesAnew = async () => {
    ann = new TestPlayer(await client.reconnect(ann.connection.reconnectionToken));
    await ann.sees((state) => state.roomId === roomId && state.players.size === 2);
  };

  expect(await restart(tomorrow)).toBe(closeCodes.comeAnew);
  await comesAnew();
  expect('tomorrow' in ann.state).toBe(true);
  expect(await restart()).toBe('back');
  expect(await restart(Build.workingTree)).toBe(closeCodes.comeAnew);
  await comesAnew();
  expect('tomorrow' in ann.state).toBe(false);

  /** How it comes out for the SDK, which comes back by itself: it is back, or was closed with that code. */
  async function restart(build?: Build): Promise<'back' | number> {
    const outcome = Promise.race([reconnects(ann).then(() => 'back' as const), ann.closed]);
    await server.end('SIGKILL');
    await server.start(build);
    return outcome;
  }
});
