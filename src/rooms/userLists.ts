import type { Presence } from '@colyseus/core';
import { roomsOf } from '../cluster/roomLists.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { pace } from '../ops/pace.ts';
import type { Follow } from '../people/follow.ts';
import { hashOfUser } from '../people/user.ts';
import { maxPage } from '../protocol/queries.ts';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'connections' | 'clock' | 'log' | 'index' | 'journal' | 'userRooms'>;

/** Every process listens on it for the ids of users whose list of rooms has changed. */
const channel = 'recall:user_rooms';

/** Between two lists for one user, ms: who opens many rooms would else be sent all of them for each, on each connection. */
const pushEveryMs = 1000;
/** After the others could not be told. */
const retryMs = 1000;

/** Sends a user's list of rooms to all their connections when it changes: the first change at once, the last one always. */
export async function followUserRooms(services: Needs, follow: Follow): Promise<void> {
  const { connections, clock } = services;
  const push = pace((userId) => pushList(services, userId), pushEveryMs, clock);
  /** Whose lists have changed meanwhile nobody knows: all are sent theirs. */
  const fillGap = async () => {
    const userIds = connections.users();
    for (let i = 0; i < userIds.length; i += maxPage) await Promise.all(userIds.slice(i, i + maxPage).map(push));
  };
  await follow<readonly string[]>(
    channel,
    (userIds) => {
      for (const userId of userIds) if (connections.of(userId).length > 0) void push(userId);
    },
    () => void fillGap(),
  );
}

async function pushList(services: Needs, userId: string): Promise<void> {
  const { connections, log } = services;
  try {
    const list = await roomsOf(services, userId);
    for (const connection of connections.of(userId)) connection.send('user_joined_rooms', list);
  } catch (err) {
    log.debug({ err, user: hashOfUser(userId) }, 'a list of rooms could not be sent');
  }
}

/** @returns a function that tells every process whose list of rooms has changed: again, as long as that fails. */
export function tellerOfUserRooms(presence: Presence, clock: Clock, log: Log): (userIds: readonly string[]) => void {
  const untold = new Set<string>();
  let isWaiting = false;
  async function tell(): Promise<void> {
    const userIds = [...untold];
    untold.clear();
    if (userIds.length === 0) return;
    try {
      await presence.publish(channel, userIds);
    } catch (err) {
      log.debug({ err }, 'lists of rooms were not sent; it is tried again');
      for (const userId of userIds) untold.add(userId);
      if (isWaiting) return;
      isWaiting = true;
      clock.at(clock.now() + retryMs, () => {
        isWaiting = false;
        void tell();
      });
    }
  }
  return (userIds) => {
    for (const userId of userIds) untold.add(userId);
    void tell();
  };
}
