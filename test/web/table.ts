import { ranks } from '../../src/game/cards.ts';
import type { SyncedSlot } from '../../src/protocol/state.ts';
import { copyOf, type Player, type TableState } from '../../web/state/table.ts';

/** Tables as the page has them, from the little that a test is about. */

/** `x` a face-down card, `-` an empty slot, else the rank of a collected card. */
export function handOf(slots: string): SyncedSlot[] {
  return slots.split(' ').map((slot) => {
    const rank = ranks.find((one) => one === slot) ?? '';
    return { empty: slot === '-', faceUp: rank !== '', rank, suit: rank === '' ? '' : 'clubs' };
  });
}

type Seats = Readonly<Record<string, Partial<Player>>>;

export function tableOf(fields: Partial<TableState>, seats: Seats): TableState {
  const players = Object.entries(seats).map(([sessionId, player], seat) => {
    const name = sessionId[0]?.toUpperCase() + sessionId.slice(1);
    return [sessionId, { sessionId, name, userId: `user of ${sessionId}`, seat, connected: true, ...player }];
  });
  const sent = { maxPlayers: 4, minPlayers: 2, ...fields, discardTop: fields.discardTop ?? undefined };
  return copyOf({ toJSON: () => ({ ...sent, players: Object.fromEntries(players) }) });
}
