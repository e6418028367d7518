import { useEffect } from 'preact/hooks';
import { playNow } from '../../connection/session.ts';
import { text } from '../../strings.ts';
import { BackView, FaceView } from '../card.tsx';
import { NameField } from '../nameField.tsx';
import { RulesButton } from '../rules.tsx';
import { DeleteData } from './deleteData.tsx';
import { JoinById } from './joinById.tsx';
import { OpenRoom } from './openRoom.tsx';
import { OwnMatches } from './ownMatches.tsx';
import { PlayBots } from './playBots.tsx';
import { PublicRooms } from './publicRooms.tsx';

const say = text.lobby;

export function Lobby() {
  useEffect(() => {
    document.title = text.name;
  }, []);
  return (
    <div class="lobby">
      <header class="top">
        <span />
        <nav>
          <RulesButton />
        </nav>
      </header>
      <main>
        <section class="hero">
          <div class="fan" aria-hidden="true">
            <BackView no={1} />
            <FaceView face={{ rank: 'queen', suit: 'hearts' }} />
            <FaceView face={{ rank: '2', suit: 'spades' }} />
            <BackView no={4} />
          </div>
          <h1 class="wordmark">{text.name}</h1>
          <p class="pitch">{text.pitch}</p>
          <form
            class="start"
            onSubmit={(event) => {
              event.preventDefault();
              void playNow();
            }}
          >
            <NameField />
            <button type="submit" class="button primary big">
              {say.playNow}
            </button>
            <p class="hint">{say.playNowHint}</p>
          </form>
        </section>
        <div class="ways">
          <OwnMatches />
          <div class="column">
            <PlayBots />
            {/* Below it nothing moves when the list grows. */}
            <PublicRooms />
          </div>
          <div class="column">
            <OpenRoom />
            <JoinById />
          </div>
        </div>
      </main>
      <footer class="foot">
        <DeleteData />
      </footer>
    </div>
  );
}
