import { useState } from 'preact/hooks';
import { openRoom } from '../../connection/session.ts';
import { text } from '../../strings.ts';
import { Choice, Stepper } from './fields.tsx';

const say = text.lobby;

/** A table that is full at once, and so begins at once. */
export function PlayBots() {
  const [bots, setBots] = useState(3);
  const [level, setLevel] = useState<keyof typeof say.levels>('medium');
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        void openRoom({ max_players: bots + 1, min_players: bots + 1, bots, bot_level: level, auto_start: true });
      }}
    >
      <h2>{say.bots}</h2>
      <Stepper label={say.howMany} value={bots} min={1} max={7} set={setBots} />
      <Choice label={say.level} value={level} names={say.levels} set={setLevel} />
      <button type="submit" class="button">
        {say.playBots(bots)}
      </button>
    </form>
  );
}
