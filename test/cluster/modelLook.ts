import { setTimeout as pause } from 'node:timers/promises';
import type { Process } from '../../harness/process.ts';
import { get, tokenOf } from '../../harness/site.ts';
import type { RoomPage } from '../../src/protocol/queries.ts';
import type { UsersRooms } from '../../src/protocol/toClient.ts';
import type { Model, Seen } from './model.ts';

/** What all processes were found to say. */
export interface Looked {
  /** What can't be, now. */
  readonly wrong: readonly string[];
  /** What can't be once everything has ended that time ends. */
  readonly unsettled: readonly string[];
  /** When they were asked. */
  readonly from: number;
}

/** Asks all processes at once. @param tokens by user id */
export async function lookAtAll(
  processes: readonly Process[],
  tokens: ReadonlyMap<string, string>,
  model: Model,
): Promise<Looked> {
  const from = Date.now();
  const seen = await Promise.allSettled(processes.map((via) => look(via, tokens)));
  const span = { from, to: Date.now() };
  const faults = (settled: boolean) =>
    seen.flatMap((one) => (one.status === 'rejected' ? [`${one.reason}`] : model.faultsIn(one.value, span, settled)));
  return { wrong: faults(false), unsettled: faults(true), from };
}

/**
 * Looks until there is nothing left of what is waited for. A server needs a moment to say what it has to, and no more: what
 * it says only when time has made anything right is wrong.
 * @returns when it last looked
 */
export async function lookUntil(
  look: () => Promise<Looked>,
  waitingFor: (looked: Looked) => readonly string[],
): Promise<number> {
  const since = Date.now();
  for (let wrongLooks = 0; ; ) {
    const looked = await look();
    const { wrong, from } = looked;
    const rest = waitingFor(looked);
    if (wrong.length + rest.length === 0) return from;
    wrongLooks = wrong.length > 0 ? wrongLooks + 1 : 0;
    if (wrongLooks === enoughLooks) throw new Error(wrong.join('\n'));
    if (Date.now() > since + patienceMs) throw new Error(`in the end, ${rest.join('\n')}`);
    await pause(betweenLooksMs);
  }
}

const betweenLooksMs = 40;
/** Where nothing has to be waited for, some five times as many as are needed. */
const enoughLooks = 10;
const patienceMs = 25_000;

async function look({ url }: Process, tokens: ReadonlyMap<string, string>): Promise<Seen> {
  const asked = async <Body>(path: string, token?: string): Promise<Body> => {
    const { status, body } = await get<Body>(url + path, token);
    if (status !== 200) throw new Error(`${path} was answered ${status}`);
    return body;
  };
  const ids = [...tokens.keys()];
  const [all, free, people, ...own] = await Promise.all([
    asked<RoomPage>('/rooms/public?min_free=0&limit=100'),
    asked<RoomPage>('/rooms/public?limit=100'),
    asked<{ presence: { user_id: string; status: string }[] }>(`/users/presence?ids=${ids}`, await tokenOf('observer')),
    ...ids.map((userId) => asked<UsersRooms>('/users/me/rooms', tokens.get(userId))),
  ]);
  return {
    publicRooms: all.rooms,
    freeRooms: free.rooms,
    total: all.total,
    ownRooms: new Map(ids.map((userId, i) => [userId, own[i]?.rooms ?? []])),
    presence: new Map(people.presence.map(({ user_id, status }) => [user_id, status])),
  };
}
