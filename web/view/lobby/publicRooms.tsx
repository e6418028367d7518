import { useEffect } from 'preact/hooks';
import { publicRooms, watchPublicRooms } from '../../connection/publicRooms.ts';
import { joinRoom } from '../../connection/session.ts';
import { text } from '../../strings.ts';

const say = text.lobby;

/** Rooms that anybody may enter, as they come and go. */
export function PublicRooms() {
  useEffect(watchPublicRooms, []);
  const rooms = publicRooms.value?.filter((room) => room.current_size < room.max_size && mayEnter(room.phase));
  if (!rooms) return null;
  return (
    <section class="panel">
      <h2>{say.publicRooms}</h2>
      {rooms.length === 0 && <p class="hint">{say.noPublicRooms}</p>}
      <ul class="rooms">
        {rooms.map((room) => (
          <li key={room.room_id}>
            <span>
              <b>{say.typesShort[room.game_type]}</b>
              <small>{say.roomFacts(room.current_size, room.max_size, room.turn_time_limit)}</small>
            </span>
            <button type="button" class="button" onClick={() => void joinRoom(room.room_id)}>
              {say.joinButton}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const mayEnter = (phase: string): boolean => phase === 'waiting_for_players' || phase === 'finished';
