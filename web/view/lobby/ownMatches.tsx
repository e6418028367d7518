import { useEffect, useState } from 'preact/hooks';
import { ownRooms } from '../../connection/ownRooms.ts';
import { joinRoom } from '../../connection/session.ts';
import { storedSeat, storedSeats } from '../../state/stored.ts';
import { text } from '../../strings.ts';

const say = text.lobby;

/** Seats that wait for this player. */
export function OwnMatches() {
  const [rooms, setRooms] = useState<readonly string[]>(() => storedSeats().map((seat) => seat.roomId));
  useEffect(() => {
    let here = true;
    void ownRooms().then((own) => here && setRooms(own));
    return () => {
      here = false;
    };
  }, []);
  if (rooms.length === 0) return null;
  return (
    <section class="panel own-matches">
      <h2>{say.ownMatches}</h2>
      <ul>
        {rooms.map((roomId) => (
          <li key={roomId}>
            <span>{say.seatSince(storedSeat(roomId)?.at)}</span>
            <button type="button" class="button" onClick={() => void joinRoom(roomId)}>
              {say.goOn}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
