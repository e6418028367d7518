import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import { onEvent } from '../state/happened.ts';
import { canVibrate, soundOn } from '../state/sound.ts';
import { me } from '../state/table.ts';

/** What happens, to be heard and felt: a few notes, made here, for what one would not want to miss. */

interface Signal {
  /** Hz, one after the other. */
  readonly notes: readonly number[];
  /** As `navigator.vibrate` takes it, ms. */
  readonly buzz?: readonly number[];
}

const signals = {
  mine: { notes: [523, 784], buzz: [60] },
  window: { notes: [659] },
  wrong: { notes: [196, 165], buzz: [120] },
  recall: { notes: [587, 440, 587], buzz: [80, 60, 80] },
  over: { notes: [523, 659, 784, 1047], buzz: [200] },
} satisfies Record<string, Signal>;

const noteMs = 130;
const loudest = 0.12;

export function soundEvents(): void {
  onEvent((event) => {
    const signal = soundOn.value ? signalOf(event) : null;
    if (!signal) return;
    play(signal.notes);
    if (canVibrate && signal.buzz) navigator.vibrate([...signal.buzz]);
  });
}

function signalOf(event: MatchEvent): Signal | null {
  const mine = 'session_id' in event && event.session_id === me.value;
  switch (event.type) {
    case 'turn_started':
    case 'power_opened':
      return mine ? signals.mine : null;
    case 'window_opened':
      return signals.window;
    case 'same_rank_refused':
      return mine ? signals.wrong : null;
    case 'recall_called':
      return signals.recall;
    case 'match_ended':
      return signals.over;
    default:
      return null;
  }
}

let context: AudioContext | undefined;

function play(notes: readonly number[]): void {
  // A browser lets a page be heard once its person has pressed something.
  if (!navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  void context.resume();
  const volume = context.createGain();
  volume.connect(context.destination);
  const begin = context.currentTime + 0.02;
  const lasts = (notes.length * noteMs) / 1000;
  volume.gain.setValueAtTime(loudest, begin);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + lasts + 0.15);
  notes.forEach((frequency, i) => {
    const note = new OscillatorNode(context as AudioContext, { type: 'triangle', frequency });
    note.connect(volume);
    note.start(begin + (i * noteMs) / 1000);
    note.stop(begin + ((i + 1) * noteMs) / 1000 + (i === notes.length - 1 ? 0.15 : 0));
  });
}
