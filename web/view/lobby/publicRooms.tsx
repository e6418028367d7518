import { useEffect, useState } from 'preact/hooks';
import type { RoomFacts } from '../../../src/protocol/toClient.ts';
import { publicRooms, watchPublicRooms } from '../../connection/publicRooms.ts';
import { joinRoom } from '../../connection/session.ts';
import { arriving } from '../../state/screen.ts';
import { text } from '../../strings.ts';

const say = text.lobby;
/** More are shown to who asks for them. */
const fewRooms = 5;

function hint(now: Exclude<typeof publicRooms.value, 'closed'>): string {
  if (typeof now !== 'string') return say.roomsWaiting(now.length);
  return arriving.value ? text.arrivingHint : say.noList[now];
}

/** Rooms that anybody may enter, as they come and go. */
export function PublicRooms() {
  useEffect(watchPublicRooms, []);
  const [all, setAll] = useState(false);
  const now = publicRooms.value;
  if (now === 'closed') return null;
  const rooms = typeof now === 'string' ? [] : now;
  const shown = all ? rooms : rooms.slice(0, fewRooms);
  return (
    <section class="panel" aria-labelledby="public-rooms">
      <h2 id="public-rooms">{say.publicRooms}</h2>
      <p class="hint" role="status">
        {hint(now)}
      </p>
      {rooms.length > 0 && (
        <ul class="rooms">
          {shown.map((room) => (
            <PublicRoom key={room.room_id} room={room} />
          ))}
        </ul>
      )}
      {shown.length < rooms.length && (
        <button type="button" class="button quiet" onClick={() => setAll(true)}>
          {say.allRooms(rooms.length)}
        </button>
      )}
    </section>
  );
}

function PublicRoom({ room }: { room: RoomFacts }) {
  const seats = say.seatsTaken(room.current_size, room.max_size);
  return (
    <li>
      <span>
        <b>{seats}</b>
        <small>{say.roomFacts(say.types[room.game_type], room.turn_time_limit, room.auto_start)}</small>
      </span>
      <button type="button" class="button" aria-label={say.joinRoom(seats)} onClick={() => void joinRoom(room.room_id)}>
        {say.joinButton}
      </button>
    </li>
  );
}
