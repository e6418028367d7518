import { useLayoutEffect, useRef } from 'preact/hooks';
import { make } from '../../connection/moves.ts';
import { justCalled } from '../../state/called.ts';
import { options } from '../../state/choice.ts';
import { begun, isLeftOut } from '../../state/deal.ts';
import { link } from '../../state/screen.ts';
import { parts } from '../../state/stored.ts';
import { isRunning, me, myself, playersFromMe, sightOf, type TableState } from '../../state/table.ts';
import { text } from '../../strings.ts';
import { ActionBar } from './actionBar.tsx';
import { Centre } from './centre.tsx';
import { Header } from './header.tsx';
import { Announcer, Log } from './log.tsx';
import { OwnHand } from './ownHand.tsx';
import { ResultView } from './result.tsx';
import { Seat } from './seat.tsx';
import { WaitingRoom } from './waitingRoom.tsx';

/** The whole table, from the far side to one's own hand and what one can do now. */
export function TableView({ table }: { table: TableState }) {
  useLayoutEffect(() => {
    document.title = `${myTurn(table) ? text.turnTitle : ''}${text.name}`;
  });
  const asked = options.value?.mine ?? false;
  const status = myself.value?.status;
  useLayoutEffect(() => {
    // On a small screen the others may fill it.
    if (table.phase === 'finished') document.querySelector('.result')?.scrollIntoView({ block: 'nearest' });
    else if (asked) document.querySelector('.own')?.scrollIntoView({ block: 'nearest' });
    else document.querySelector('.others .turn')?.scrollIntoView({ block: 'nearest' });
  }, [asked, status, table.phase, table.turn]);
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => showCut(list.current));
  const sight = sightOf(table);
  const others = playersFromMe.value.filter((player) => player.sessionId !== me.value);
  return (
    <div class={`table ${table.phase}${isRunning(table.phase) ? ' running' : ''}`}>
      <button type="button" class="button skip" onClick={() => document.getElementById('actions')?.focus()}>
        {text.skipToActions}
      </button>
      <Header table={table} />
      <Banner table={table} />
      <Log />
      <main>
        {sight === 'waiting' ? (
          <WaitingRoom table={table} />
        ) : (
          <>
            {sight === 'result' && <ResultView table={table} />}
            <ul
              ref={list}
              class={`others${others.length > 3 ? ' many' : ''}`}
              aria-label={text.table.players}
              onScroll={() => showCut(list.current)}
            >
              {others.map((player) => (
                <Seat key={player.sessionId} player={player} table={table} />
              ))}
            </ul>
            {sight === 'match' && <Centre table={table} />}
            {myself.value && <OwnHand player={myself.value} table={table} />}
          </>
        )}
        <ActionBar table={table} />
      </main>
      <Announcer />
      <RecallCalled table={table} />
    </div>
  );
}

/** Players fade out where there are more of them below: not every browser shows that something scrolls. */
function showCut(list: HTMLUListElement | null): void {
  list?.classList.toggle('cut', list.scrollHeight - list.clientHeight - list.scrollTop > 4);
}

/** For a moment nobody can overlook it. Who can't see it hears it from the log. */
function RecallCalled({ table }: { table: TableState }) {
  const by = justCalled.value;
  // Where the match is over before that, the result is what counts.
  if (by === '' || !isRunning(table.phase)) return null;
  return (
    <div class="recall-called" aria-hidden="true">
      <p class="title">{by === me.value ? text.table.recallYou : text.table.recall(table.players[by]?.name ?? '')}</p>
      <p>{text.table.recallMeans}</p>
    </div>
  );
}

function myTurn(table: TableState): boolean {
  return isRunning(table.phase) && table.turn === me.value;
}

/** What is out of order, as long as it is. */
function Banner({ table }: { table: TableState }) {
  const lost = link.value === 'dropped' ? text.table.dropped : link.value === 'paused' ? text.table.paused : '';
  const played = !lost && isRunning(table.phase) && (myself.value?.playedByBot ?? false);
  const own = parts.of(table.roomId, table.matchNumber);
  const times = begun(table, own);
  const deal = isLeftOut(table, own) ? text.table.leftOut : times > 1 ? text.table.begunAgain(times) : '';
  return (
    <div class="banner">
      <p role="status">{lost || (played ? text.table.botPlays : deal)}</p>
      {played && (
        <button type="button" class="button" onClick={() => void make({ type: 'take_seat_back', payload: {} })}>
          {text.table.takeBack}
        </button>
      )}
    </div>
  );
}
