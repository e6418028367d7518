import { afterEach, expect, test } from 'vitest';
import { killAll, Process } from '../../harness/process.ts';
import { unlimited } from '../../harness/unlimited.ts';

afterEach(killAll);

/** What `npm start` has, where the tests' own processes have no limits. */
const standard = Object.fromEntries(Object.keys(unlimited).map((name) => [name, '']));

test('two hundred pupils behind one address sign in, look around, and open or join a room, within a minute', async () => {
  const { url } = await Process.start(standard);
  const post = async (path: string, token: string, body: object) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as { token?: string; roomId?: string; error?: string }) };
  };
  const pupils = Array.from({ length: 200 }, (_, i) => i);
  const tokens = await Promise.all(
    pupils.map(async (i) => (await post('/auth/anonymous', '', { options: { name: `Pupil ${i}` } })).token ?? ''),
  );
  expect(tokens.filter((token) => token === '')).toEqual([]);
  // A page looks at the list of rooms before anybody presses a button.
  const lobby = await Promise.all(tokens.map((token) => post('/matchmake/joinOrCreate/lobby', token, {})));
  expect(lobby.filter(({ status }) => status !== 200)).toEqual([]);

  /** Forty open a room for four friends each, by password; the others find each other. */
  const owners = tokens.slice(0, 40);
  const secret = { permission: 'private', password: 'our class', max_players: 5 };
  const rooms = await Promise.all(owners.map((token) => post('/matchmake/create/recall', token, secret)));
  expect(rooms.filter(({ status }) => status !== 200)).toEqual([]);
  const rest = tokens
    .slice(40)
    .map((token, i) =>
      i % 2 === 0
        ? post('/matchmake/joinOrCreate/recall', token, { random: true })
        : post(`/matchmake/joinById/${rooms[i % 40]?.roomId}`, token, { password: 'our class' }),
    );
  expect((await Promise.all(rest)).filter(({ status }) => status !== 200)).toEqual([]);
}, 60_000);
