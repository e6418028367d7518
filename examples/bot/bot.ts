// node bot.ts [address] [name]: plays a match with whoever comes, by what it is shown and by what everybody sees.
import { Client } from '@colyseus/sdk';
import type { CardFace, Place } from 'recall-protocol';
import { asGuest, connect } from 'recall-protocol/client';

const [address = 'http://localhost:2567', name = 'Robin'] = process.argv.slice(2);
const client = new Client(address);
const seat = await connect(client, { signIn: asGuest(client, { name }) }).joinOrCreate();
console.log('at the table', seat.roomId);

/** The cards that it knows, by where they lie: its drawn one in its slot -1. */
const known = new Map<string, CardFace | undefined>();
const keyOf = ({ session_id, slot }: Place) => `${session_id} ${slot}`;
const mine = (slot: number) => ({ session_id: seat.sessionId, slot });
const at = (place: Place) => known.get(keyOf(place));
const pointsIn = (slot: number) => at(mine(slot))?.points ?? 6; // about what an unknown card counts

seat.onMessage('cards_shown', ({ cards }) => cards.forEach((card) => void known.set(keyOf(card), card)));
seat.onEvent((event) => {
  if (event.type === 'match_started') known.clear();
  if (event.type === 'same_rank_played') known.delete(keyOf(event));
  if (event.type === 'played') known.set(keyOf(event), event.session_id === seat.sessionId ? at(mine(-1)) : undefined);
  if (event.type === 'jack_swapped') {
    const [first, second] = [at(event.first), at(event.second)];
    known.set(keyOf(event.first), second).set(keyOf(event.second), first);
  }
  if (event.type !== 'match_ended') return;
  console.log('place', event.results.find(({ session_id }) => session_id === seat.sessionId)?.place);
  seat.leave();
});
seat.onReconnect((gap) => gap && known.clear()); // they may lie elsewhere by now
seat.onReconnect(() => console.log('back', seat.roomId));
seat.onLeave((code, trouble) => console.log('over', code, trouble ?? ''));

/** What it does now; nothing while it waits. */
function move(): Promise<unknown> | undefined {
  const cards = [...(seat.me?.hand ?? [])].flatMap(({ empty, faceUp }, slot) => (empty ? [] : [{ slot, faceUp }]));
  const hand = cards.flatMap(({ slot, faceUp }) => (faceUp ? [] : [slot])); // a collected card can't be played
  const calls = cards.reduce((sum, { slot }) => sum + pointsIn(slot), 0) < 8 && !seat.state.recallCalledBy;
  const worst = hand.reduce((one, other) => (pointsIn(other) > pointsIn(one) ? other : one), -1);
  const same = hand.find((slot) => at(mine(slot))?.rank === seat.state.discardTop.rank);
  const unknown = hand.find((slot) => !at(mine(slot)));
  const status = seat.me?.status;
  if (status === 'peeking') return seat.request('completed_initial_peek', { slots: [0, 1] });
  if (status === 'drawing_card') return seat.request('draw_card');
  if (status === 'playing_card' && calls) return seat.request('call_recall');
  if (status === 'playing_card') return seat.request('play_card', { slot: worst });
  if (status === 'same_rank_window' && same !== undefined) return seat.request('same_rank_play', { slot: same });
  if (status === 'queen_peek' && unknown !== undefined) return seat.request('queen_peek', mine(unknown));
  if (status === 'queen_peek' || status === 'jack_swap') return seat.request('skip_power');
}

let [changed, busy] = [false, false];
seat.onStateChange(async () => {
  changed = true;
  for (; changed && !busy; busy = false) {
    [changed, busy] = [false, true];
    await move()?.catch(() => {}); // what is refused came too late
  }
});
