import { lookUp } from '../ops/lookUp.ts';
import type { RoomReport, WholeRoom } from '../protocol/admin.ts';
import { RecallError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import { askRoom, throwRefusal } from './askRoom.ts';
import { asRecallError, noSuchRoom } from './errors.ts';
import { find } from './find.ts';

type Needs = Pick<Services, 'recovery' | 'index' | 'journal' | 'log'>;

/** How a room is, wherever it is. @throws RecallError ROOM_NOT_FOUND, UNAVAILABLE */
export async function inspectRoom(services: Needs, roomId: string): Promise<WholeRoom> {
  const { index, journal, log } = services;
  const report = await asked<RoomReport>(services, () => find(services, roomId, (room) => askRoom(room, 'inspect')));
  return lookUp(log, 'the room', async () => {
    const [rows, expiries] = await Promise.all([index.findByIds([roomId]), journal.expiriesOf([roomId])]);
    const row = rows.get(roomId);
    if (!row?.metadata) throw noSuchRoom();
    return { ...row.metadata, process_id: row.processId, expires_at: expiries.get(roomId) ?? null, ...report };
  });
}

/** Closes a room for good, wherever it is. @throws RecallError ROOM_NOT_FOUND; UNAVAILABLE where that can't be stored */
export async function closeRoom(services: Needs, roomId: string): Promise<void> {
  let wasThere = false;
  try {
    await asked(services, () =>
      find(services, roomId, async (room) => {
        wasThere = true;
        const answer = await askRoom(room, 'shut');
        throwRefusal(answer);
        return answer;
      }),
    );
  } catch (error) {
    // It may be gone before its answer is here.
    if (!wasThere || !(error instanceof RecallError) || error.code !== 'ROOM_NOT_FOUND') throw error;
  }
}

async function asked<Answer>({ log }: Needs, ask: () => Promise<Answer>): Promise<Answer> {
  return ask().catch((error) => {
    throw asRecallError(error, log);
  });
}
