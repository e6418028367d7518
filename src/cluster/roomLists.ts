import type { Journal } from '../journal/journal.ts';
import type { Log } from '../ops/log.ts';
import { lookUp } from '../ops/lookUp.ts';
import type { UserRooms } from '../people/userRooms.ts';
import { enterable, maxUsersRooms, type OperatorsRoom, type RoomPage } from '../protocol/queries.ts';
import { roomTypes } from '../protocol/roomTypes.ts';
import type { WholeAllRoomsQuery, WholePublicRoomsQuery } from '../protocol/schemas/queries.ts';
import type { UsersRooms } from '../protocol/toClient.ts';
import type { GameRow, Page, RoomIndex, Row } from './roomIndex.ts';

/** The lists of rooms as clients are answered them. */

export interface ListSources {
  readonly index: RoomIndex;
  readonly journal: Pick<Journal, 'expiriesOf'>;
  readonly log: Log;
}

/** Public rooms that fit. @throws RecallError for a malformed cursor, or while the rooms can't be looked up. */
export async function publicRooms(sources: ListSources, query: WholePublicRoomsQuery): Promise<RoomPage> {
  const { game_type: gameType, phase, limit, cursor } = query;
  // Who looks for another phase wants to see the rooms, not to enter.
  const { min_free: minFree = !phase || enterable.includes(phase) ? 1 : 0 } = query;
  const found = await lookUp(sources.log, 'the rooms', () =>
    sources.index.listPublic({ gameType, phase, minFree, limit, cursor }),
  );
  return pageOf(found, ({ metadata }) => metadata);
}

/** All rooms, for operators. @throws RecallError for a malformed cursor, or while the rooms can't be looked up. */
export async function allRooms(sources: ListSources, query: WholeAllRoomsQuery): Promise<RoomPage<OperatorsRoom>> {
  const { index, journal } = sources;
  const { game_type: gameType, phase, limit, cursor } = query;
  return lookUp(sources.log, 'the rooms', async () => {
    const found = await index.listAll({ name: roomTypes.game, gameType, phase, limit, cursor });
    const expiries = await journal.expiriesOf(found.rooms.map(({ roomId }) => roomId));
    return pageOf(found, ({ roomId, processId, metadata }) => ({
      ...metadata,
      process_id: processId,
      expires_at: expiries.get(roomId) ?? null,
    }));
  });
}

export interface UserListSources {
  readonly index: RoomIndex;
  readonly userRooms: UserRooms;
  readonly log: Log;
}

/** The rooms in which a user holds a seat, the newest of them first. @throws RecallError while they can't be looked up. */
export async function roomsOf(sources: UserListSources, userId: string): Promise<UsersRooms> {
  return lookUp(sources.log, 'the rooms', async () => {
    const seats = await sources.userRooms.of(userId);
    const rows = await sources.index.findByIds([...seats.keys()]);
    const rooms = [...rows.values()]
      .filter(isOpen)
      .map(({ roomId, metadata }) => ({ ...metadata, session_id: seats.get(roomId) ?? '' }))
      .sort((a, b) => b.created_at - a.created_at);
    return { rooms: rooms.slice(0, maxUsersRooms), total: rooms.length };
  });
}

/** A room that is just being opened has no facts yet. */
const isOpen = (row: Row): row is GameRow => row.metadata !== undefined;

function pageOf<Item>({ rooms, total, next }: Page, item: (row: GameRow) => Item): RoomPage<Item> {
  return { rooms: rooms.filter(isOpen).map(item), total, next_cursor: next ?? null };
}
