import { Bystander } from './bystander.ts';
import type { Pace } from './pace.ts';
import type { Seat } from './seat.ts';
import { hasty, type Keeper, Measured } from './servers.ts';
import type { Shape } from './shape.ts';
import { CountingTable, type Meter, RecallTable, type Table } from './tables.ts';

/** People at each table. */
export const seats = 4;

/** Something that is measured. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** Its Redis has no core of its own. */
  readonly hasRedis: boolean;
  /** It is given what a move of ours is. */
  readonly needsShape: boolean;
  start(shape: Shape): Promise<Measured>;
  open(url: string, n: number): Promise<readonly Seat[]>;
  table(seats: readonly Seat[], meter: Meter, pace: Pace): Table;
  /** Somebody at a table of their own. */
  bystander?(url: string): Promise<Bystander>;
}

const floor = (name: string, title: string, kind: 'ws' | 'stock', isWhole: boolean, open: Row['open']): Row => ({
  ...{ name, title, hasRedis: false, needsShape: isWhole || kind === 'ws', open },
  start: (shape) => Measured.floor(kind, { ...shape, isWhole }),
  table: (...all) => new CountingTable(...all),
});

const recall = (name: string, title: string, keeper: Keeper, settings: Record<string, string> = hasty): Row => ({
  ...{ name, title, hasRedis: keeper.startsWith('redis'), needsShape: false },
  start: () => Measured.recall(keeper, settings),
  open: (url, n) => RecallTable.open(url, n, seats),
  table: (...all) => new RecallTable(...all),
  bystander: (url) => Bystander.come(url, 10),
});

const openFrames: Row['open'] = (url, n) => CountingTable.openFrames(url, n, seats);
const openRoom: Row['open'] = (url) => CountingTable.open(url, seats);

export const rows: readonly Row[] = [
  floor('ws', 'raw `ws`, one frame a client', 'ws', false, openFrames),
  floor('ws-frames', 'raw `ws`, as many frames as ours', 'ws', true, openFrames),
  floor('stock', 'stock Colyseus, one patch a move', 'stock', false, openRoom),
  floor('stock-frames', 'stock Colyseus, as many frames and steps as ours', 'stock', true, openRoom),
  recall('none', 'Recall without a journal', 'none'),
  recall('sqlite', 'Recall, SQLite', 'sqlite'),
  recall('sqlite-slow', 'Recall, SQLite, each flush 5 ms slower', 'sqlite', { ...hasty, BENCH_FLUSH_MS: '5' }),
  recall('redis-everysec', 'Recall, Redis `everysec`', 'redis-everysec'),
  recall('redis-always', 'Recall, Redis `always`', 'redis-always'),
];
