import { make } from '../../connection/moves.ts';
import { stepMs } from '../../state/happened.ts';
import { link } from '../../state/screen.ts';
import { myself, type TableState } from '../../state/table.ts';
import { text } from '../../strings.ts';
import { Icon } from '../icons.tsx';
import { Ring } from '../ring.tsx';
import { InviteButton } from './header.tsx';
import { Nameplate } from './seat.tsx';

const say = text.table;

/** Before the first match: who sits where, and how more come. */
export function WaitingRoom({ table }: { table: TableState }) {
  const players = Object.values(table.players).sort((a, b) => a.seat - b.seat);
  const free = Math.max(0, table.maxPlayers - players.length);
  const mine = myself.value;
  const owner = mine !== null && mine.userId === table.ownerId;
  return (
    <section class="waiting" aria-label={say.players}>
      {table.startsAt > 0 && (
        <p class="countdown">
          <span>{say.startsIn}</span>
          <Ring until={table.startsAt} lastsMs={stepMs.value} urgent={true} />
        </p>
      )}
      <p class="hint">
        {table.permission === 'public' ? say.publicRoom : say.privateRoom}{' '}
        {text.lobby.roomFacts(text.lobby.types[table.gameType], table.turnTimeLimit, false)}.
      </p>
      <ol class="seats">
        {players.map((player) => (
          <li key={player.sessionId} class="seat">
            <Nameplate player={player} table={table} />
          </li>
        ))}
        {Array.from({ length: free }, (_, i) => (
          <li key={i} class="seat free-seat">
            {say.freeSeat}
          </li>
        ))}
      </ol>
      <div class="buttons">
        <InviteButton />
        {owner && free > 0 && (
          <button
            type="button"
            class="button"
            aria-disabled={link.value !== 'open'}
            onClick={() => void make({ type: 'add_bot', payload: {} })}
          >
            <Icon name="plus" />
            {say.addBot}
          </button>
        )}
      </div>
    </section>
  );
}
