import { useState } from 'preact/hooks';
import type { Trouble } from '../../../packages/recall-protocol/src/trouble.ts';
import { eraseMe } from '../../connection/erase.ts';
import { refusals, text } from '../../strings.ts';
import { Dialog } from '../dialog.tsx';

const say = text.lobby.deleteData;

type Step = 'asks' | 'deletes' | 'done' | Trouble;

/** Everything that the server and this browser have of the player. */
export function DeleteData() {
  const [step, setStep] = useState<Step | null>(null);
  const begin = async () => {
    setStep('deletes');
    setStep((await eraseMe()) ?? 'done');
  };
  // What the lobby shows of one's own is gone.
  const close = () => (step === 'done' ? location.reload() : setStep(null));
  return (
    <>
      <button type="button" class="button quiet" onClick={() => setStep('asks')}>
        {say.button}
      </button>
      {step && (
        <Dialog title={say.title} close={close}>
          <p>{step === 'done' ? say.done : say.what}</p>
          <p class="refusal" role="alert">
            {step === 'UNAVAILABLE' ? say.notYet : step in refusals && refusals[step as Trouble]}
          </p>
          {step !== 'done' && (
            <button type="button" class="button" disabled={step === 'deletes'} onClick={() => void begin()}>
              {say.confirm}
            </button>
          )}
        </Dialog>
      )}
    </>
  );
}
