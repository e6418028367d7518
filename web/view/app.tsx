import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { joinRoom, toLobby } from '../connection/session.ts';
import { arriving, type Screen, screen } from '../state/screen.ts';
import { table } from '../state/table.ts';
import { notices, refusals, text } from '../strings.ts';
import { Lobby } from './lobby/lobby.tsx';
import { NameField } from './nameField.tsx';
import { TableView } from './table/tableView.tsx';

export function App() {
  const now = screen.value;
  // On the way back the table stays in sight.
  if (table.value) return <TableView table={table.value} />;
  switch (now.at) {
    case 'lobby':
      return <Lobby />;
    case 'name':
      return <NameForm roomId={now.roomId} />;
    case 'password':
      return <PasswordForm key={now.roomId} roomId={now.roomId} wrong={now.why === 'WRONG_PASSWORD'} />;
    case 'notice':
      return <Notice screen={now} />;
    default:
      return <Entering />;
  }
}

function Entering() {
  return (
    <main class="single">
      <section class="panel">
        <div role="status">
          <h1>{arriving.value ? text.arriving : text.entering}</h1>
          <p>{arriving.value ? text.arrivingHint : text.enteringHint}</p>
        </div>
        <div class="buttons">
          <button type="button" class="button" onClick={toLobby}>
            {text.cancel}
          </button>
        </div>
      </section>
    </main>
  );
}

/** A sentence, and the way on. */
function Notice({ screen: { notice, again } }: { screen: Extract<Screen, { at: 'notice' }> }) {
  const { title, text: words } = notices[notice];
  const heading = useFocused<HTMLHeadingElement>();
  const againLabel = notice === 'replaced' ? text.takeOver : notice === 'too_many' ? text.comeBack : text.tryAgain;
  return (
    <main class="single">
      <section class="panel">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{words}</p>
        <div class="buttons">
          <button type="button" class={`button${again ? '' : ' primary'}`} onClick={toLobby}>
            {text.toLobby}
          </button>
          {again && (
            <button type="button" class="button primary" onClick={again}>
              {againLabel}
            </button>
          )}
        </div>
      </section>
    </main>
  );
}

/** A question that stands between a player and a room. */
function Question(props: { title: string; submit: string; onSubmit: () => void; children: ComponentChildren }) {
  const { title, submit, onSubmit, children } = props;
  return (
    <main class="single">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <h1>{title}</h1>
        {children}
        <div class="buttons">
          <button type="button" class="button" onClick={toLobby}>
            {text.toLobby}
          </button>
          <button type="submit" class="button primary">
            {submit}
          </button>
        </div>
      </form>
    </main>
  );
}

/** An invited friend sits down by a name. */
function NameForm({ roomId }: { roomId: string }) {
  const field = useFocused<HTMLInputElement>();
  return (
    <Question title={text.nameTitle} submit={text.sitDown} onSubmit={() => void joinRoom(roomId)}>
      <p>{text.nameAsk}</p>
      <NameField field={field} />
    </Question>
  );
}

function PasswordForm({ roomId, wrong }: { roomId: string; wrong: boolean }) {
  const [password, setPassword] = useState('');
  const field = useFocused<HTMLInputElement>();
  return (
    <Question title={text.passwordTitle} submit={text.enter} onSubmit={() => void joinRoom(roomId, password)}>
      <p id="password-why" role={wrong ? 'alert' : undefined} class={wrong ? 'refusal' : ''}>
        {wrong ? refusals.WRONG_PASSWORD : text.passwordAsk}
      </p>
      <label class="field">
        {text.password}
        <input
          ref={field}
          type="password"
          autocomplete="off"
          required
          maxLength={128}
          value={password}
          aria-describedby="password-why"
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
    </Question>
  );
}

/** What a view begins with: a screen reader reads it, and the keyboard goes on from there. */
function useFocused<E extends HTMLElement>() {
  const element = useRef<E>(null);
  useEffect(() => element.current?.focus(), []);
  return element;
}
