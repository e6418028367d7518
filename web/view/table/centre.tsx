import { make } from '../../connection/moves.ts';
import { options } from '../../state/choice.ts';
import { stepMs } from '../../state/happened.ts';
import { me, type TableState } from '../../state/table.ts';
import { cardLabel } from '../../strings/cards.ts';
import { text } from '../../strings.ts';
import { BackView, EmptyView, FaceView } from '../card.tsx';
import { Ring } from '../ring.tsx';

const say = text.table;

/** The piles, and below them what stands for everybody: a same-rank window, or that Recall was called. */
export function Centre({ table }: { table: TableState }) {
  const open = table.phase === 'same_rank_window' && table.discardTop !== null;
  return (
    <section class={`centre${open ? ' window' : ''}`} aria-label={say.piles}>
      <div class="piles">
        <DrawPile count={table.drawPile} />
        <DiscardPile table={table} />
      </div>
      {open && table.discardTop ? (
        <p class="announcement">
          <Ring until={table.deadlineAt} lastsMs={stepMs.value} urgent={true} />
          <span>{say.window(table.discardTop.rank)}</span>
        </p>
      ) : (
        table.recallCalledBy && (
          <p class="announcement called">
            <span>{recallStands(table)}</span>
          </p>
        )
      )}
    </section>
  );
}

const recallStands = ({ recallCalledBy, players }: TableState): string =>
  recallCalledBy === me.value ? say.recallStandsYou : say.recallStands(players[recallCalledBy]?.name ?? '');

function DrawPile({ count }: { count: number }) {
  const primary = options.value?.primary;
  const draw = primary?.move?.type === 'draw_card' ? primary.move : null;
  return (
    <div class="pile">
      <button
        type="button"
        class={`slot stack${draw ? ' free' : ''}`}
        data-anchor="draw"
        aria-label={say.drawPile(count)}
        aria-disabled={!draw}
        tabIndex={draw ? 0 : -1}
        onClick={() => draw && void make(draw)}
      >
        {count > 0 ? <BackView /> : <EmptyView />}
      </button>
      <span class="caption" aria-hidden="true">
        {say.drawPileShort} · {count}
      </span>
    </div>
  );
}

function DiscardPile({ table: { discardTop, discardCount } }: { table: TableState }) {
  const collect = options.value?.others.find((action) => action.move?.type === 'collect_from_discard')?.move;
  const top = discardTop ? cardLabel(discardTop) : say.emptyPile;
  return (
    <div class="pile">
      <button
        type="button"
        class={`slot up${collect ? ' free' : ''}`}
        data-anchor="discard"
        aria-label={say.discardPile(top, discardCount)}
        aria-disabled={!collect}
        tabIndex={collect ? 0 : -1}
        onClick={() => collect && void make(collect)}
      >
        {discardTop ? <FaceView face={discardTop} /> : <EmptyView />}
      </button>
      <span class="caption" aria-hidden="true">
        {say.discardPileShort} · {discardCount}
      </span>
    </div>
  );
}
