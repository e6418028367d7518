import { copyOf, type Player, type Slot, type Table } from '../../web/state/table.ts';

/** Tables as the page has them, from the little that a test is about. */

/** `x` a face-down card, `-` an empty slot, else the rank of a collected card. */
export function handOf(slots: string): Slot[] {
  return slots.split(' ').map((slot) => ({
    empty: slot === '-',
    faceUp: slot !== '-' && slot !== 'x',
    rank: slot === '-' || slot === 'x' ? '' : slot,
    suit: slot === '-' || slot === 'x' ? '' : 'clubs',
  }));
}

type Seats = Readonly<Record<string, Partial<Player>>>;

export function tableOf(fields: Partial<Table>, seats: Seats): Table {
  const players = Object.entries(seats).map(([sessionId, player], seat) => {
    const name = sessionId[0]?.toUpperCase() + sessionId.slice(1);
    return [sessionId, { sessionId, name, userId: `user of ${sessionId}`, seat, connected: true, ...player }];
  });
  return copyOf({ toJSON: () => ({ maxPlayers: 4, minPlayers: 2, ...fields, players: Object.fromEntries(players) }) });
}
