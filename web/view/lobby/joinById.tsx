import { useState } from 'preact/hooks';
import { joinRoom } from '../../connection/session.ts';
import { roomIdIn } from '../../state/roomId.ts';
import { text } from '../../strings.ts';

const say = text.lobby;

export function JoinById() {
  const [value, setValue] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        const roomId = roomIdIn(value);
        setWrong(roomId === null);
        if (roomId !== null) void joinRoom(roomId);
      }}
    >
      <h2>{say.invited}</h2>
      <label class="field">
        {say.join}
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          placeholder={say.joinHint}
          value={value}
          aria-invalid={wrong}
          aria-describedby="join-wrong"
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      </label>
      <p id="join-wrong" class="refusal" role="alert">
        {wrong && say.noRoomId}
      </p>
      <button type="submit" class="button">
        {say.joinButton}
      </button>
    </form>
  );
}
