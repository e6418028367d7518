import type { ClientMessage } from '../../src/protocol/fromClient.ts';
import type { Status } from '../../src/protocol/state.ts';
import type { TestPlayer } from './player.ts';

/**
 * Plays a seat as a simple person would, until the match ends: draws, plays, uses powers, tries a same rank now and then.
 * @param random from 0 to 1
 * @returns the answers to its moves: refusals too, since others are quicker at times.
 */
export async function playOn(player: TestPlayer, random: () => number): Promise<string[]> {
  const answers: string[] = [];
  let step = '';
  let triesLeft = 0;
  const act = async (): Promise<void> => {
    // The state comes a moment after the connection.
    const me = player.state.players?.get(player.id);
    if (!me || player.state.phase === 'finished') return;
    const { status } = me;
    const now = `${status} ${player.state.deadlineAt} ${player.state.discardCount}`;
    if (now !== step) triesLeft = 3;
    step = now;
    if (triesLeft === 0) return;
    const move = moveFor(player, status, random);
    if (!move) return;
    const { type, payload } = move;
    const answer = await player.ask(type, payload).then(
      () => 'done',
      (error) => error.reason?.code ?? String(error),
    );
    answers.push(answer);
    triesLeft = answer === 'done' ? 0 : triesLeft - 1;
    await act();
  };
  let running: Promise<void> = act();
  const listener = () => {
    running = running.then(act);
  };
  player.connection.onStateChange(listener);
  await player.event('match_ended');
  player.connection.onStateChange.remove(listener);
  await running;
  return answers;
}

function moveFor(player: TestPlayer, status: Status, random: () => number): ClientMessage | null {
  const players = [...player.state.players.values()];
  const anySlot = (of: (typeof players)[number]) => {
    const slots = Array.from(of.hand).flatMap((held, slot) => (held.empty ? [] : [slot]));
    return slots[Math.floor(random() * slots.length)] ?? 0;
  };
  const me = player.state.players.get(player.id) as (typeof players)[number];
  const anybody = () => players[Math.floor(random() * players.length)] as (typeof players)[number];
  const place = () => {
    const of = anybody();
    return { session_id: of.sessionId, slot: anySlot(of) };
  };
  switch (status) {
    case 'peeking':
      return { type: 'completed_initial_peek', payload: { slots: [0, 3] } };
    case 'drawing_card':
      return { type: 'draw_card', payload: {} };
    case 'playing_card':
      if (player.state.recallCalledBy === '' && random() < 0.1) return { type: 'call_recall', payload: {} };
      return { type: 'play_card', payload: { slot: random() < 0.5 ? -1 : anySlot(me) } };
    case 'same_rank_window':
      return random() < 0.2 ? { type: 'same_rank_play', payload: { slot: anySlot(me) } } : null;
    case 'queen_peek':
      return { type: 'queen_peek', payload: place() };
    case 'jack_swap':
      return { type: 'jack_swap', payload: { first: place(), second: place() } };
    default:
      return null;
  }
}
