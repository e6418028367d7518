import { drawn } from '../../state/choice.ts';
import { isRunning, type Player, type TableState } from '../../state/table.ts';
import { cardLabel } from '../../strings/cards.ts';
import { text } from '../../strings.ts';
import { Nameplate } from './seat.tsx';
import { CardButton, SlotView } from './slot.tsx';

const say = text.table;

/** One's own seat, the nearest: the hand, and the drawn card apart from it. */
export function OwnHand({ player, table }: { player: Player; table: TableState }) {
  const card = drawn.value;
  // Room for the drawn card is kept, so that the hand stays where it is.
  const columns = player.hand.length + (isRunning(table.phase) ? 1.3 : 0);
  return (
    <section class="own" aria-label={say.yourHand} data-seat={player.sessionId}>
      <Nameplate player={player} table={table} />
      {player.hand.length > 0 && (
        <div class="row" style={{ '--columns': columns }}>
          <div class="hand">
            {player.hand.map((_, slot) => (
              <SlotView key={slot} player={player} slot={slot} />
            ))}
          </div>
          {card && (
            <div class="apart">
              <CardButton
                place={{ session_id: player.sessionId, slot: -1 }}
                face={card}
                kind="drawn"
                label={`${say.drawnCard}: ${cardLabel(card)}`}
              />
              <span class="caption" aria-hidden="true">
                {say.drawnShort}
              </span>
            </div>
          )}
        </div>
      )}
    </section>
  );
}
