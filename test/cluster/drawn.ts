import type { Client } from '@colyseus/sdk';
import { TestPlayer } from '../rooms/player.ts';

/** Ann plays against a computer player, and has drawn a card. */
export async function drawn(client: Client) {
  const ann = new TestPlayer(
    await client.create('recall', { max_players: 2, bots: 1, turn_time_limit: 30, game_type: 'clear' }),
  );
  await ann.ask('start_match');
  await ann.ask('completed_initial_peek', { slots: [0, 1] });
  await ann.event('turn_started', ({ session_id }) => session_id === ann.id);
  await ann.ask('draw_card');
  const shown = await ann.message('cards_shown', ({ reason }) => reason === 'drawn');
  return { ann, shown };
}

/** The SDK's own reconnection, without the 5 s of uptime that it asks for. */
export function reconnects(player: TestPlayer): Promise<void> {
  Object.assign(player.connection.reconnection, {
    enabled: true,
    minUptime: 0,
    delay: 50,
    minDelay: 50,
    maxDelay: 500,
    maxRetries: 60,
  });
  return new Promise((resolve) => player.connection.onReconnect(resolve));
}
