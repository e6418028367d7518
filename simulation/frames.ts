import type { PublicView } from '../src/game/view.ts';
import type { Answers } from '../src/protocol/answers.ts';
import type { Code } from '../src/protocol/errors.ts';
import type { Asked } from '../src/table/messages.ts';

/** What a room says to a connection. `n`: the number of the last event that it rests on. */
export type Frame =
  /** The connection has its seat: what Colyseus says when `onJoin` is done. */
  | {
      readonly is: 'welcome';
      readonly sessionId: string;
      readonly token: string;
      readonly n: number;
      readonly view: PublicView;
    }
  /** The synced state. */
  | { readonly is: 'state'; readonly n: number; readonly view: PublicView }
  | { readonly is: 'message'; readonly n: number; readonly type: string; readonly payload: object }
  | {
      readonly is: 'answer';
      readonly to: Asking;
      readonly answer: Answers[Asked];
    }
  | { readonly is: 'refusal'; readonly to: Asking; readonly code: Code; readonly message: string }
  | { readonly is: 'notice'; readonly type: 'paused' | 'resumed' | 'room_closed' };

/** What a player asks of their room. */
export interface Asking {
  readonly commandId: string | undefined;
  readonly type: Asked;
  readonly payload: object;
}
