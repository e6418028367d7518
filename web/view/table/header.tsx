import { useState } from 'preact/hooks';
import { leave } from '../../connection/session.ts';
import { canVibrate, soundOn, toggleSound } from '../../state/sound.ts';
import { isRunning, me, type TableState } from '../../state/table.ts';
import { text } from '../../strings.ts';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import { RulesButton } from '../rules.tsx';

const say = text.table;

export function Header({ table }: { table: TableState }) {
  const [asking, setAsking] = useState(false);
  const running = isRunning(table.phase);
  return (
    <header class="top">
      <h1 class="wordmark">
        {text.name}
        <small>{table.matchNumber > 0 ? say.match(table.matchNumber) : say.room}</small>
      </h1>
      <nav>
        <RulesButton />
        <SoundButton />
        <button type="button" class="button quiet" onClick={() => (running ? setAsking(true) : void leave())}>
          <Icon name="leave" />
          <span class="label">{say.leave}</span>
        </button>
      </nav>
      {asking && (
        <Dialog title={say.leaveAsk} close={() => setAsking(false)}>
          <p>{say.leaveText[goesOnWithoutMe(table) ? 'goesOn' : 'ends']}</p>
          <div class="buttons">
            <button type="button" class="button" onClick={() => setAsking(false)}>
              {say.leaveNo}
            </button>
            <button type="button" class="button primary" onClick={() => void leave()}>
              {say.leaveYes}
            </button>
          </div>
        </Dialog>
      )}
    </header>
  );
}

function SoundButton() {
  return (
    <button type="button" class="button quiet" aria-pressed={soundOn.value} onClick={toggleSound}>
      <Icon name={soundOn.value ? 'sound' : 'silent'} />
      <span class="label">{canVibrate ? say.soundAndVibration : say.sound}</span>
    </button>
  );
}

/** rules.md 11, case 5: a match ends when no seat belongs to a person who is here or may come back in time. */
const goesOnWithoutMe = ({ players }: TableState): boolean =>
  Object.values(players).some((one) => one.sessionId !== me.value && !one.isBot && (one.connected || !one.playedByBot));

const thanksMs = 2500;

/** Copies the invitation link. */
export function InviteButton() {
  const [state, setState] = useState<'idle' | 'copied' | 'by hand'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setState('copied');
      setTimeout(() => setState('idle'), thanksMs);
    } catch {
      // Not allowed, or the page came over plain HTTP: the link is shown to be copied by hand.
      setState('by hand');
    }
  };
  if (state === 'by hand') return <input class="link" readOnly value={location.href} aria-label={say.link} />;
  return (
    <button type="button" class="button" onClick={() => void copy()}>
      <Icon name={state === 'copied' ? 'check' : 'link'} />
      {state === 'copied' ? say.invited : say.invite}
    </button>
  );
}
