import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RoomPage } from '../src/protocol/queries.ts';
import type { UsersRooms } from '../src/protocol/toClient.ts';
import { userIn } from './crowd.ts';
import { get, operator, type Site, tokenOf } from './site.ts';
import { unlimited } from './unlimited.ts';

/** Settings with which everything is over soon. */
export const brief = {
  ...{ RECONNECT_GRACE_S: '1', EMPTY_ROOM_S: '0.5', ROOM_TTL_S: '10', PRESENCE_GRACE_S: '0.5', LEASE_S: '3' },
  ...{ SESSION_TTL_S: '2', REPLAY_TTL_S: '2', RATE_LIMIT_WINDOW_S: '2', RANDOM_JOIN_DELAY_S: '3600' },
  ...unlimited,
};

/** What is there of rooms and people, wherever it could be: stored, listed, or said of a user. */
export interface Leftovers {
  /** Keys of Redis by name, or rows of each table. */
  readonly stored: readonly string[];
  readonly listed: readonly string[];
  readonly seated: readonly string[];
  readonly present: readonly string[];
}

/** What of all that belongs to a user or a room. */
export const ofPeople = ({ stored, listed, seated, present }: Leftovers): readonly string[] => [
  ...stored.filter((name) => /user|room_|:of:|: [1-9]\d*$/.test(name)),
  ...listed,
  ...seated,
  ...present,
];

/**
 * @param users of a crowd
 * @param swept whether what is over has to be gone from the file as well, which is swept each minute
 */
export async function leftovers(site: Site, users: number, swept = false): Promise<Leftovers> {
  const userIds = Array.from({ length: users }, (_, n) => userIn(n));
  const [listed, seated, present] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { url } of site.processes) {
    const { body } = await get<RoomPage>(`${url}/rooms?limit=100`, await operator);
    for (const { room_id } of body.rooms) listed.add(room_id);
    for (let from = 0; from < users; from += 100) {
      const some = userIds.slice(from, from + 100);
      const answer = await get<{ presence: { user_id: string; status: string }[] }>(
        `${url}/users/presence?ids=${some}`,
        await operator,
      );
      for (const { user_id, status } of answer.body.presence) if (status !== 'offline') present.add(user_id);
      await Promise.all(
        some.map(async (userId) => {
          const own = await get<UsersRooms>(`${url}/users/me/rooms`, await tokenOf(userId));
          if (own.body.total > 0) seated.add(userId);
        }),
      );
    }
  }
  return { stored: await storedBy(site, swept), listed: [...listed], seated: [...seated], present: [...present] };
}

/** The names alone, but for limits, which end by themselves: those are of who asks just now, and of an address for longer. */
async function storedBy({ redis, processes }: Site, swept: boolean): Promise<readonly string[]> {
  if (redis) return (await redis.client().keys('*')).filter((key) => !key.startsWith('recall:limit:')).sort();
  const database = new DatabaseSync(join(processes[0]?.folder as string, 'recall.sqlite'), { readOnly: true });
  const all = `SELECT t.name AS name, c.name AS expires FROM sqlite_schema t
    LEFT JOIN pragma_table_info(t.name) c ON c.name LIKE 'expires_at%'
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name`;
  const rows = database
    .prepare(all)
    .all()
    .map(({ name, expires }) => {
      const good = expires && !swept ? `WHERE ${expires} > ${Date.now()}` : '';
      const { count } = database.prepare(`SELECT count(*) AS count FROM ${name} ${good}`).get() as { count: number };
      return `${name}: ${count}`;
    });
  database.close();
  return rows;
}
