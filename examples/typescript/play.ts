import { Client } from '@colyseus/sdk';
import { asGuest, connect, troubleOf } from 'recall-protocol/client';

const client = new Client('http://localhost:2567');
const recall = connect(client, { signIn: asGuest(client, { name: 'Ann' }) });
const seat = await recall.joinOrCreate(); // starts in 5 s, computer players fill up

/** Says why a move was refused. A refused move has changed nothing. */
const report = (move: Promise<unknown>) => move.catch((error) => console.log('refused:', troubleOf(error)));

// What is to be done stands in the state: whoever goes by it goes on after any break.
let status = '';
seat.onStateChange(({ phase }) => {
  if (!seat.me || seat.me.status === status) return; // the state changes for the others' sake too
  status = seat.me.status;
  console.log(phase, status);
  if (status === 'peeking') report(seat.request('completed_initial_peek', { slots: [0, 1] }));
  if (status === 'drawing_card') report(seat.request('draw_card'));
  if (status === 'playing_card') report(seat.request('play_card', { slot: -1 }));
  if (status === 'queen_peek' || status === 'jack_swap') report(seat.request('skip_power'));
});

// To you alone: show them until then, by the server's clock.
seat.onMessage('cards_shown', ({ cards, until_at }) => {
  for (const { slot, rank, suit } of cards) console.log(`in slot ${slot}: ${rank} of ${suit}`, until_at);
});

const nameOf = (sessionId: string) => seat.state.players.get(sessionId)?.name ?? 'somebody';
seat.onEvent((event) => {
  switch (event.type) {
    case 'played':
      return console.log(`${nameOf(event.session_id)} plays ${event.card.rank} of ${event.card.suit}`);
    case 'match_ended':
      for (const { place, session_id, points } of event.results) console.log(place, nameOf(session_id), points);
      seat.leave();
  }
});

seat.onDrop(() => console.log('the connection is lost'));
seat.onReconnect((gap) => console.log('it is back', gap ? 'and not all that happened is told' : ''));
seat.onLeave((code, trouble) => console.log('it is over:', code, trouble ?? ''));
