import { useState } from 'preact/hooks';
import type { Face } from '../state/table.ts';
import { text } from '../strings.ts';
import { BackView, FaceView } from './card.tsx';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';

const say = text.rules;

/** The game on one page, for who has never played it. */
export function RulesButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button quiet" onClick={() => setOpen(true)}>
        <Icon name="help" />
        <span class="label">{text.lobby.rules}</span>
      </button>
      {open && (
        <Dialog title={say.title} close={() => setOpen(false)}>
          <Rules />
        </Dialog>
      )}
    </>
  );
}

const steps: readonly (readonly [string, Face | null])[] = [
  [say.aim, { rank: 'ace', suit: 'spades' }],
  [say.peek, null],
  [say.turn, { rank: '7', suit: 'hearts' }],
  [say.window, { rank: '7', suit: 'clubs' }],
  [say.queen, { rank: 'queen', suit: 'diamonds' }],
  [say.jack, { rank: 'jack', suit: 'spades' }],
  [say.collect, { rank: '4', suit: 'hearts' }],
  [say.collectJack, { rank: 'jack', suit: 'clubs' }],
  [say.recall, { rank: 'joker', suit: 'joker' }],
  [say.empty, null],
];

function Rules() {
  return (
    <ul class="rules">
      {steps.map(([words, face]) => (
        <li key={words}>
          {face ? <FaceView face={face} /> : <BackView />}
          <p>{words}</p>
        </li>
      ))}
    </ul>
  );
}
