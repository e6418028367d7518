import { expect, test } from 'vitest';
import type { Refusal, RefusalCode } from '../../src/game/refusal.ts';
import { begun, call, collect, defaults, draw, drawn, entering, entrant, play, TestTable, take } from './kit.ts';

/** protocol.md 6: every code that the rules can answer with, each from one scene. `refuses` checks that nothing changes. */

const hands = ['7h 2c 3c 4c', '8s 2d 3d 4d'];
const secret = { permission: 'private', passwordHash: 'salted' } as const;

function room(settings = {}): TestTable {
  const t = new TestTable();
  t.open({ ...defaults, ...settings });
  t.connect('ann');
  return t;
}

const scenes: Record<RefusalCode, () => Refusal> = {
  INVALID_PAYLOAD: () => room().refusesRequest(0, { type: 'remove_bot', sessionId: 'made up' }, 'INVALID_PAYLOAD'),
  WRONG_PASSWORD: () => room(secret).sendRefused(entering(entrant('bob'), { password: 'wrong' }), 'WRONG_PASSWORD'),
  PASSWORD_REQUIRED: () => room(secret).sendRefused(entering(entrant('bob')), 'PASSWORD_REQUIRED'),
  KICKED: () => {
    const t = room();
    t.sit('bob');
    t.asks(0, { type: 'kick', sessionId: 'session of bob' });
    return t.sendRefused(entering(entrant('bob')), 'KICKED');
  },
  NOT_ALLOWED: () => room({ ...secret, allowedUsers: ['cyd'] }).sendRefused(entering(entrant('bob')), 'NOT_ALLOWED'),
  ROOM_NOT_FOUND: () => new TestTable().sendRefused(entering(entrant('bob')), 'ROOM_NOT_FOUND'),
  ROOM_FULL: () => {
    const t = room({ maxPlayers: 2 });
    t.sit('bob');
    return t.sendRefused(entering(entrant('cyd')), 'ROOM_FULL');
  },
  MATCH_RUNNING: () => begun({ hands }).refusesRequest(0, { type: 'start_match' }, 'MATCH_RUNNING'),
  NOT_YOUR_TURN: () => begun({ hands }).refuses(1, draw, 'NOT_YOUR_TURN'),
  WRONG_PHASE: () => begun({ hands }).refuses(0, play(0), 'WRONG_PHASE'),
  NO_SUCH_SLOT: () => {
    const t = begun({ hands });
    t.does(0, draw);
    return t.refuses(0, play(4), 'NO_SUCH_SLOT');
  },
  CARD_LOCKED: () => {
    const t = begun({ hands, allowDiscardTake: true });
    t.does(0, take);
    return t.refuses(0, play(drawn), 'CARD_LOCKED');
  },
  RANK_MISMATCH: () => begun({ hands: ['[7h] 2c', '8s 2d'], gameType: 'classic' }).refuses(0, collect, 'RANK_MISMATCH'),
  ALREADY_CALLED: () => {
    const t = begun({ hands });
    t.does(0, draw);
    t.does(0, call);
    return t.refuses(0, call, 'ALREADY_CALLED');
  },
  NOT_OWNER: () => {
    const t = room();
    t.sit('bob');
    return t.refusesRequest(1, { type: 'start_match' }, 'NOT_OWNER');
  },
  TOO_MANY_REQUESTS: () => {
    const t = room();
    for (let i = 0; i < 30; i++) {
      t.asks(0, { type: 'add_bot' });
      t.asks(0, { type: 'remove_bot', sessionId: t.room.seats[1]?.sessionId ?? '' });
    }
    return t.refusesRequest(0, { type: 'add_bot' }, 'TOO_MANY_REQUESTS');
  },
};

test.each(Object.entries(scenes))(
  '%s: is answered where it belongs, says what to do, and changes nothing',
  (_, scene) => {
    expect(scene().message).toMatch(/^[\w:]+ .*\.$/);
  },
);

test('refusals do not tell which cards lie where', () => {
  const messages = ['7h 2c 3c 4c', 'X1 Kd Qs Jh'].map((hand) => {
    const t = begun({ hands: [hand, '8s 2d 3d 4d'] });
    return [t.refuses(0, play(0)), t.refuses(1, draw), t.refuses(0, collect)];
  });
  expect(messages[0]).toEqual(messages[1]);
});
