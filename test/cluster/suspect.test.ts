import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Build, removeBuilds } from '../../harness/build.ts';
import { killAll, Process } from '../../harness/process.ts';
import { clientAt, secret, tokenOf } from '../../harness/site.ts';
import { temporaryFolder } from '../people/folder.ts';
import { TestPlayer } from '../rooms/player.ts';
import { command } from '../support/command.ts';
import { expectRefusal } from '../support/refusal.ts';
import { redisForFile } from './redisForFile.ts';

afterEach(killAll);
afterAll(removeBuilds);

const redis = await redisForFile();

/** A file says so. */
interface Deadly {
  readonly roomId: string;
  /** So many have begun to be read by then, none of which comes back before. */
  readonly together: number;
}

/** A server that ends at once when it reads a room. */
function deadlyBuild(file: string): Build {
  return Build.copy().edit('src/table/reading.ts', (code) =>
    code.replace(
      'export async function readRoom(source: Source): Promise<ReadRoom> {',
      `import { readFileSync } from 'node:fs';
       const begun = new Set<string>();
       $&
       begun.add(source.roomId);
       const { roomId: deadly, together } = JSON.parse(readFileSync('${file}', 'utf8'));
       if (begun.has(deadly) && begun.size >= together) process.kill(process.pid, 'SIGKILL');
       if (begun.size < together) await new Promise(() => {});`,
    ),
  );
}

test.each([
  ['in a file', {}],
  ['on Redis', { REDIS_URL: redis.url, LEASE_S: '1' }],
])(
  'a room that ends each process that reads it is tried three times, %s, and all others come back',
  async (_, settings) => {
    const file = join(temporaryFolder(), 'deadly');
    const say = (deadly: Deadly) => writeFileSync(file, JSON.stringify(deadly));
    const process = await Process.start(
      { JWT_SECRET: secret, LOG_LEVEL: 'error', ...settings },
      { path: deadlyBuild(file).main },
    );
    const clientOf = async (user: string) => clientAt(process.url, await tokenOf(user));
    const users = ['ann', 'ben', 'cyd', 'dan', 'eve'];
    const rooms: string[] = [];
    for (const user of users) rooms.push(new TestPlayer(await (await clientOf(user)).create('recall')).roomId);
    const roomId = rooms[2] as string;
    say({ roomId, together: rooms.length });
    await process.end('SIGKILL');

    const enter = async (i: number) => (await clientOf(users[i] as string)).joinById(rooms[i] as string);
    /** Whether it lives when somebody asks for that room, which it may have begun to read before. */
    const survives = async () => {
      await process.start().catch(() => {});
      while (process.isRunning) {
        const { message } = await enter(2).then(
          () => ({ message: '' }),
          (error: Error) => error,
        );
        if (message.includes('is kept')) return true;
        await pause(20);
      }
      return false;
    };
    let deaths = 0;
    while (!(await survives())) {
      expect(++deaths).toBeLessThan(4);
      say({ roomId, together: 1 });
    }
    expect(deaths).toBe(3);
    for (const i of users.keys()) {
      if (i === 2) await expectRefusal(enter(i), 'UNAVAILABLE', /can not be opened for now, and is kept/);
      else await new TestPlayer(await enter(i)).message('already_joined');
    }
    expect(process.isRunning).toBe(true);

    // What ended them is mended, by hand: nobody finds that out before the mark is gone.
    say({ roomId: 'none', together: 1 });
    const startAgain = async () => {
      await process.end('SIGKILL');
      await process.start();
    };
    await startAgain();
    await expectRefusal(enter(2), 'UNAVAILABLE', 'is kept');
    const unmark = () => command('journal', ['unmark', roomId], { DATA_DIR: process.folder, ...settings });
    expect(await unmark()).toMatchObject({ code: 0, out: expect.stringMatching(/not brought back by 3 processes/) });
    expect(await unmark()).toMatchObject({ code: 0, out: `${roomId} has no mark.\n` });
    await startAgain();
    await new TestPlayer(await enter(2)).message('already_joined');
  },
);
