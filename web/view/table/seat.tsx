import { make } from '../../connection/moves.ts';
import { stepMs } from '../../state/happened.ts';
import { link } from '../../state/screen.ts';
import { collected, isRunning, me, myself, type Player, type TableState } from '../../state/table.ts';
import { text } from '../../strings.ts';
import { BackView } from '../card.tsx';
import { Icon } from '../icons.tsx';
import { Ring } from '../ring.tsx';
import { SlotView } from './slot.tsx';

const say = text.table;

/** Another player at the table. */
export function Seat({ player, table }: { player: Player; table: TableState }) {
  const running = isRunning(table.phase);
  const onTurn = running && table.turn === player.sessionId;
  return (
    <li class={`seat${onTurn ? ' turn' : ''}`} data-seat={player.sessionId}>
      <Nameplate player={player} table={table} />
      {player.hand.length > 0 && (
        <div class="hand" style={{ '--columns': columnsOf(player, running) }}>
          {player.hand.map((_, slot) => (
            <SlotView key={slot} player={player} slot={slot} />
          ))}
          {running && player.status === 'playing_card' && (
            <span class="slot held" data-anchor={`${player.sessionId}:-1`} role="img" aria-label={say.drawnCard}>
              <BackView />
            </span>
          )}
        </div>
      )}
    </li>
  );
}

/** A drawn card has room beside the others; at the end only cards are seen. */
const columnsOf = ({ hand, cardCount }: Player, running: boolean): number =>
  Math.max(4, running ? hand.length + 1 : cardCount);

export function Nameplate({ player, table }: { player: Player; table: TableState }) {
  const running = isRunning(table.phase);
  const onTurn = running && table.turn === player.sessionId;
  // One's own time runs beside what one is asked.
  const timed = onTurn && player.sessionId !== me.value && table.phase === 'player_turn';
  return (
    <div class="nameplate">
      <span class={`avatar hue-${player.seat}`} aria-hidden="true">
        {timed ? <Ring until={table.deadlineAt} lastsMs={stepMs.value} urgent={false} /> : initialOf(player.name)}
      </span>
      <span class="who">
        <span class="name">
          {player.name}
          {player.sessionId === me.value && <small> {say.you}</small>}
        </span>
        <Badges player={player} table={table} onTurn={onTurn} />
      </span>
      <OwnersButton player={player} table={table} />
    </div>
  );
}

const initialOf = (name: string): string => [...name][0]?.toUpperCase() ?? '';

function Badges({ player, table, onTurn }: { player: Player; table: TableState; onTurn: boolean }) {
  const over = table.phase === 'finished';
  const badges: [string, string][] = [];
  if (onTurn) badges.push(['turn', say.onTurn]);
  if (table.recallCalledBy === player.sessionId) badges.push(['called', say.called]);
  if (!player.isBot && !player.connected) badges.push(['away', say.away]);
  if (player.isBot) badges.push(['quiet', say.computer]);
  else if (player.playedByBot) badges.push(['away', say.playedByBot]);
  if (!isRunning(table.phase) && !over && player.userId !== '' && player.userId === table.ownerId) {
    badges.push(['quiet', say.owner]);
  }
  if (!over && player.collectionRank) badges.push(['collects', say.collects(player.collectionRank, collected(player))]);
  if (over && player.place > 0) badges.push(['points', say.points(player.points)]);
  return (
    <span class="badges">
      {badges.map(([kind, words]) => (
        <span key={kind + words} class={`badge ${kind}`}>
          {words}
        </span>
      ))}
    </span>
  );
}

/** While the room waits, its owner may take somebody out. */
function OwnersButton({ player, table }: { player: Player; table: TableState }) {
  const mine = myself.value;
  const owner = mine !== null && mine.userId === table.ownerId;
  if (table.phase !== 'waiting_for_players' || !owner || player.sessionId === mine.sessionId) return null;
  const payload = { session_id: player.sessionId };
  return (
    <button
      type="button"
      class="button icon-only"
      aria-label={say.removeBot(player.name)}
      title={say.removeBot(player.name)}
      aria-disabled={link.value !== 'open'}
      onClick={() => void make(player.isBot ? { type: 'remove_bot', payload } : { type: 'kick', payload })}
    >
      <Icon name="close" />
    </button>
  );
}
