import fc from 'fast-check';

/** Whom the choices of a step name: each counts from the first of those that there are at the time. */
export interface Choice {
  readonly who: number;
  readonly which: number;
  readonly via: number;
}

export type ModelStep =
  | 'createPublic'
  | 'createPrivate'
  | 'joinAtRandom'
  | 'join'
  | 'reconnect'
  | 'visitLobby'
  | 'leave'
  | 'drop'
  | 'say'
  | 'kill'
  | 'terminate'
  | 'startAgain'
  | 'letTimePass';

const choice = fc.record({ who: fc.nat(11), which: fc.nat(11), via: fc.nat(1) }, { noNullPrototype: true });
const kind = (step: ModelStep, weight: number) => ({ weight, arbitrary: fc.tuple(fc.constant(step), choice) });
/** Where it can't be done, another one that makes it possible is (`World.take`). */
export const anyStep: fc.Arbitrary<readonly [ModelStep, Choice]> = fc.oneof(
  kind('createPublic', 4),
  kind('createPrivate', 2),
  kind('joinAtRandom', 4),
  kind('join', 6),
  kind('reconnect', 4),
  kind('visitLobby', 2),
  kind('leave', 4),
  kind('drop', 5),
  kind('say', 2),
  kind('kill', 2),
  kind('terminate', 1),
  kind('startAgain', 2),
  kind('letTimePass', 2),
);
