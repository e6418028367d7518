import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { Process } from '../../harness/process.ts';
import type { RoomPage } from '../../src/protocol/queries.ts';
import { blocksIn } from '../docs/blocks.ts';
import { EmptyProject, pack } from './emptyProject.ts';

/** What somebody has who begins with an empty folder: the packed package, and Colyseus' SDK. */

const archives = mkdtempSync(join(tmpdir(), 'recall-pack-'));
let archive: string;
let project: EmptyProject;

beforeAll(() => {
  archive = pack(archives);
  project = EmptyProject.install(archive);
  project.link();
  project.copy('examples/typescript/tsconfig.json', 'tsconfig.json');
  project.copy('examples/typescript/play.ts', 'play.ts');
  project.copy('examples/bot/bot.ts', 'bot.ts');
});
afterAll(() => {
  project.dispose();
  rmSync(archives, { recursive: true });
});

test('its root needs no other package, neither to compile nor to run', async () => {
  const alone = EmptyProject.install(archive);
  const compilerOptions = { target: 'es2022', module: 'nodenext', lib: ['es2023'], strict: true, noEmit: true };
  alone.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, types: [] } }));
  alone.write(
    'alone.ts',
    `import { type Answers, closeCodes, codes, type GameRoom, messageTypes, type Payload, toClientTypes } from 'recall-protocol';
     export const slot: Payload<'play_card'> = { slot: -1 };
     export const n: keyof Answers['draw_card'] = 'n';
     export const phase: GameRoom['state']['phase'] = 'waiting_for_players';
     export const names = [...messageTypes, ...toClientTypes, ...Object.keys(codes), closeCodes.kicked];`,
  );
  expect(await alone.check()).toEqual([]);
  expect(
    await alone.run([
      '--input-type=module',
      '--eval',
      "console.log((await import('recall-protocol')).codes.ROOM_FULL)",
    ]),
  ).toEqual(['409']);
  alone.dispose();
});

test('nothing in it is for Node alone, and only its validators load a package', () => {
  const root = join(project.folder, 'node_modules/recall-protocol');
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packagesOf = (path: string, seen = new Set<string>()): string[] =>
    seen.has(path)
      ? []
      : [...readFileSync(seen.add(path) && path, 'utf8').matchAll(/^(?:import|export) .*?from '(.+?)';$/gm)].flatMap(
          ([, from = '']) => (from.startsWith('.') ? packagesOf(join(path, '..', from), seen) : [from]),
        );
  const needed = (entry: string) => [...new Set(packagesOf(join(root, exports[entry])))];
  expect(['.', './client', './schemas'].map(needed)).toEqual([[], [], ['zod']]);
});

test('its validators are the server’s', async () => {
  const code = `const { fromClient, createOptions } = await import('recall-protocol/schemas');
    console.log(fromClient.play_card.safeParse({ slot: 2 }).success, createOptions(5).safeParse({ bots: 9 }).success);`;
  expect(await project.run(['--input-type=module', '--eval', code])).toEqual(['true false']);
});

test('it has the version of the server that it is made from', () => {
  const versionOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  expect(versionOf('packages/recall-protocol')).toBe(versionOf('.'));
});

test('the examples compile, and what Colyseus infers by itself', async () => {
  project.write(
    'infers.ts',
    `import { Client } from '@colyseus/sdk';
     import type { RecallServer } from 'recall-protocol';
     const room = await new Client<RecallServer>('http://localhost').create('recall', { bots: 3 });
     room.onMessage('match_event', (event) => event.type === 'peeked' && event.slots);
     export const phase: 'waiting_for_players' | 'finished' | undefined =
       room.state.phase === 'finished' ? room.state.phase : undefined;
     export const full = [...room.state.players.values()].map(({ hand }) => hand.filter(({ empty }) => !empty).at(-1)?.rank);
     export const { n } = await room.request('play_card', { slot: 2 });
     export const next: number = n + 1;
     const lobby = await new Client<RecallServer>('http://localhost').joinOrCreate('lobby', { filter: {} });
     lobby.onMessage('rooms', (all) => all[0]?.room_id);`,
  );
  expect(await project.check()).toEqual([]);
});

test('what Node could not run as it is does not compile, and a client may have several files', async () => {
  project.write('one.ts', `import { another } from './another.ts';\nexport { another };`);
  project.write(
    'another.ts',
    `import { MatchEvent } from 'recall-protocol';\nexport const another: MatchEvent[] = [];`,
  );
  project.write('several.json', JSON.stringify({ extends: './tsconfig.json', include: ['one.ts', 'another.ts'] }));
  expect(await project.check('several.json')).toEqual([expect.stringMatching(/^another.ts\(1,10\): error TS1484/)]);
  for (const name of ['one.ts', 'another.ts']) rmSync(join(project.folder, name));
});

test('whatever the pages show in TypeScript compiles, and what is a whole program is the one that is run here', async () => {
  const before = `import { Client } from '@colyseus/sdk';
    import { asGuest, connect } from 'recall-protocol/client';
    const client = new Client('http://localhost:2567');
    const recall = connect(client, { signIn: asGuest(client) });
    const seat = await recall.create();`;
  const blocks = [...globSync('packages/*/README.md'), ...globSync('docs/*.md')].flatMap((page) =>
    blocksIn(page, 'ts'),
  );
  expect(blocks.length).toBeGreaterThan(4);
  const [whole, parts] = [
    blocks.filter((code) => code.includes('seat.leave')),
    blocks.filter((code) => !code.includes('seat.leave')),
  ];
  expect(new Set(whole)).toEqual(new Set([readFileSync('examples/typescript/play.ts', 'utf8')]));
  const names = parts.map((code, i) => {
    project.write(`part${i}.ts`, code.includes('new Client') ? code : before + code);
    return `part${i}.ts`;
  });
  project.write('parts.json', JSON.stringify({ extends: './tsconfig.json', include: names }));
  expect(await project.check('parts.json')).toEqual([]);
  for (const name of names) rmSync(join(project.folder, name));
});

describe('a mistake does not compile:', () => {
  const mistakes: Readonly<Record<string, string>> = {
    'the name of a message': `seat.request('no_such_message')`,
    'a field of a message': `seat.request('play_card', { slots: 2 })`,
    'a field that is missing': `seat.request('play_card')`,
    'an option': `recall.create({ max_player: 3 })`,
    'the value of an option': `recall.joinOrCreate({ game_type: 'classical' })`,
    'an event': `seat.onEvent('no_such_event', () => {})`,
    'an event, among others': `seat.onEvent((event) => event.type === 'no_such_event')`,
    'a field of an event': `seat.onEvent('drew', (event) => event.card)`,
    'a message to the client': `seat.onMessage('no_such_message', () => {})`,
    'a field of the state': `seat.state.faze`,
    'a field of an answer': `seat.request('draw_card').then(({ card }) => card)`,
    'a message by the SDK’s own room': `room.request('no_such_message')`,
  };
  let complaints: string[];
  beforeAll(async () => {
    const before = `import { Client } from '@colyseus/sdk'; import { connect } from 'recall-protocol/client'; import type { RecallServer } from 'recall-protocol'; const client = new Client<RecallServer>('http://localhost'); const recall = connect(client); const seat = await recall.create(); const room = await client.create('recall');`;
    project.write('mistakes.ts', [before, ...Object.values(mistakes).map((mistake) => `void ${mistake};`)].join('\n'));
    project.write('mistakes.json', JSON.stringify({ extends: './tsconfig.json', include: ['mistakes.ts'] }));
    complaints = await project.check('mistakes.json');
    rmSync(join(project.folder, 'mistakes.ts'));
  });

  test.each(Object.keys(mistakes).map((mistake, i) => ({ mistake, line: i + 2 })))('$mistake', ({ line }) => {
    expect(complaints.filter((complaint) => complaint.startsWith(`mistakes.ts(${line},`))).toHaveLength(1);
  });

  test('and the rest of it does', () => {
    expect(complaints).toHaveLength(Object.keys(mistakes).length);
  });
});

test.concurrent('the example plays a match to its end', async () => {
  const server = await Process.start({ RANDOM_JOIN_DELAY_S: '0.1', POWER_S: '0.1' });
  const code = readFileSync('examples/typescript/play.ts', 'utf8').replace('http://localhost:2567', server.url);
  project.write('play.ts', code);
  const lines = await project.run(['play.ts']);
  expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^player_turn drawing_card$/)]));
  expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^in slot \d: \w+ of \w+/)]));
  expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^1 \S+ -?\d+$/)]));
  expect(lines.at(-1)).toBe('it is over: 4000 ');
  await server.end('SIGTERM');
});

test.concurrent('the bot plays its match to the end, though the process of its room is killed in the middle', async () => {
  const slow = { BOT_DELAY_MIN_S: '0.03', BOT_DELAY_MAX_S: '0.06' };
  const cluster = await Cluster.start(2, { RANDOM_JOIN_DELAY_S: '0.1', POWER_S: '0.2', ...slow });
  const playing = project.run(['bot.ts', cluster.front.url]);
  const roomId = await vi.waitFor(async () => {
    const answer = await fetch(`${cluster.front.url}/rooms/public?phase=player_turn`);
    const [room] = ((await answer.json()) as RoomPage).rooms;
    return room?.room_id ?? expect.fail('no match runs');
  });
  await (await cluster.homeOf(roomId)).end('SIGKILL');
  const lines = await playing;
  expect(lines[0]).toBe(`at the table ${roomId}`);
  expect(lines.findIndex((line) => line.startsWith(`back ${roomId}`))).toBeGreaterThan(0);
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^place [1-4]$/), 'over 4000 ']);
  await cluster.stop();
});
