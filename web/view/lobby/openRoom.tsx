import { useState } from 'preact/hooks';
import { openRoom } from '../../connection/session.ts';
import { text } from '../../strings.ts';
import { Choice, Stepper } from './fields.tsx';

const say = text.lobby;
const turnTimes = [10, 15, 30, 60, 120, 300];

/** A room for friends: they come by its link. */
export function OpenRoom() {
  const [permission, setPermission] = useState<keyof typeof say.permissions>('public');
  const [password, setPassword] = useState('');
  const [seats, setSeats] = useState(4);
  const [turnTime, setTurnTime] = useState(30);
  const [windows, setWindows] = useState<keyof typeof say.windowTimes>('whole');
  const [type, setType] = useState<keyof typeof say.types>('classic');
  const open = () =>
    openRoom({
      permission,
      ...(permission === 'private' && { password }),
      max_players: seats,
      turn_time_limit: turnTime,
      game_type: type,
      short_windows: windows === 'short' && seats >= 3,
    });
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <h2>{say.friends}</h2>
      <p class="hint">{say.friendsHint}</p>
      <Choice label={say.whoMayEnter} value={permission} names={say.permissions} set={setPermission} />
      {permission === 'private' && (
        <label class="field">
          {text.password}
          <input
            type="text"
            autocomplete="off"
            required
            minLength={6}
            maxLength={128}
            placeholder={say.passwordHint}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
      )}
      <details class="more">
        <summary>{say.moreSettings(seats, turnTime)}</summary>
        <Stepper label={say.seats} value={seats} min={2} max={8} set={setSeats} />
        <label class="field">
          {say.turnTime}
          <select value={turnTime} onChange={(event) => setTurnTime(Number(event.currentTarget.value))}>
            {turnTimes.map((seconds) => (
              <option key={seconds} value={seconds}>
                {say.timeOption(seconds)}
              </option>
            ))}
          </select>
        </label>
        <Choice label={say.type} value={type} names={say.types} set={setType} />
        {seats >= 3 && <Choice label={say.windows} value={windows} names={say.windowTimes} set={setWindows} />}
      </details>
      <button type="submit" class="button">
        {say.open}
      </button>
    </form>
  );
}
