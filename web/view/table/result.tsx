import { useState } from 'preact/hooks';
import { nameOf, witness } from '../../state/happened.ts';
import { winnersLine } from '../../state/log.ts';
import { parts } from '../../state/stored.ts';
import { me, type Player, type TableState } from '../../state/table.ts';
import { text } from '../../strings.ts';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import { DealCheck } from './dealCheck.tsx';

const say = text.result;

/** The end of a match: who won and how, and everybody's points. */
export function ResultView({ table }: { table: TableState }) {
  const [checking, setChecking] = useState(false);
  const players = Object.values(table.players)
    .filter((player) => player.place > 0 || player.hand.length > 0)
    .sort((a, b) => a.place - b.place);
  const how = players.find((player) => player.winType !== '')?.winType ?? 'abandoned';
  const seen = witness.of(table.matchNumber);
  return (
    <section class="result" aria-label={text.table.result}>
      <h2>{winnersLine(table.winners, me.value, nameOf)}</h2>
      <p class="how">{say.how[how]}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.place}</th>
            <th scope="col">{say.player}</th>
            <th scope="col">{say.cards}</th>
            <th scope="col">{say.points}</th>
          </tr>
        </thead>
        <tbody>
          {players.map((player) => (
            <Row key={player.sessionId} player={player} />
          ))}
        </tbody>
      </table>
      {seen && table.dealSeed && (
        <button type="button" class="button" onClick={() => setChecking(true)}>
          <Icon name="check" />
          {text.table.check}
        </button>
      )}
      {checking && seen && (
        <Dialog title={text.deal.title} close={() => setChecking(false)}>
          <DealCheck seen={seen} own={parts.of(table.roomId, table.matchNumber)} secret={table.dealSeed} />
        </Dialog>
      )}
    </section>
  );
}

function Row({ player }: { player: Player }) {
  const mine = player.sessionId === me.value;
  return (
    <tr class={`${player.winType ? 'won' : ''}${mine ? ' me' : ''}`}>
      <td>{player.place || '–'}</td>
      <th scope="row">
        {player.name}
        {mine && <small> {text.table.you}</small>}
      </th>
      <td>{player.cardCount}</td>
      <td>{player.points}</td>
    </tr>
  );
}
