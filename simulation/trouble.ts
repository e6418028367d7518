import type { Server } from './server.ts';
import type { World } from './world.ts';

/** What goes wrong. Each run has kinds of its own, some more often than others. */
const kinds = {
  'crash at some await': (world: World) => {
    const server = anOwner(world);
    server?.process.doom(world.random.between(0, 25), () => crash(world, server));
  },
  crash: (world: World) => crash(world, anOwner(world)),
  'stall at some await': (world: World) => {
    const server = anOwner(world);
    const ms = stallMs(world);
    server?.process.doom(world.random.between(0, 25), () => server.process.stall(ms));
  },
  stall: (world: World) => anOwner(world)?.process.stall(stallMs(world)),
  'cut from the journal': (world: World) => {
    world.counts.add('a process was cut off from the journal');
    anOwner(world)?.wire.cut(world.random.between(0, 6_000));
  },
  'silence before the journal': (world: World) => {
    world.counts.add('the way to the journal fell silent');
    anOwner(world)?.wire.silence(world.random.between(100, 6_000));
  },
  'slow journal': (world: World) => anOwner(world)?.wire.slow(world.random.between(1_000, 5_000)),
  'journal away': (world: World) => {
    if (world.isStoreDown) return;
    world.counts.add('the journal was away');
    world.isStoreDown = true;
    for (const { wire } of world.living) wire.cut(0);
    world.schedule.after(world.random.between(100, 8_000), () => {
      world.isStoreDown = false;
    });
  },
  'journal full': (world: World) => {
    if (world.store.isFull) return;
    world.counts.add('the journal was full');
    world.store.isFull = true;
    world.schedule.after(world.random.between(100, 5_000), () => {
      world.store.isFull = false;
    });
  },
  'taken for dead': (world: World) => takeForDead(world, anOwner(world)),
  'cut at the end of a match': (world: World) => {
    world.cutsNext = 'last append';
  },
  'cut at a claim': (world: World) => {
    world.cutsNext = 'claim';
  },
  'in a recovery': (world: World) => {
    world.onRecovery = (server) => {
      world.onRecovery = null;
      const what = world.random.pick([
        () => crash(world, server),
        () => server.process.stall(stallMs(world)),
        () => takeForDead(world, server),
      ]);
      server.process.doom(world.random.between(0, 5), what);
    };
    // So that there is one.
    takeForDead(world, anOwner(world));
  },
  'shut down': (world: World) => {
    const server = anOwner(world);
    if (!server?.process.isUp || server.isEnding) return;
    server.process.in(() => void server.shutDown());
    // Whoever is not done in time is killed.
    world.schedule.after(8_000, () => server.process.crash());
    restartLater(world);
  },
  'lost connection': (world: World) => {
    const connections = [...world.connections];
    if (connections.length > 0) world.random.pick(connections).cut();
  },
  'clock jump': (world: World) => {
    const someMs = world.random.between(-10_000, 10_000);
    const byMs = Math.abs(someMs) > 7_000 ? 60 * someMs : someMs;
    world.counts.add(byMs < 0 ? 'a clock jumped back' : 'a clock jumped ahead');
    world.witness.clockJumped();
    const process = anOwner(world)?.process;
    world.trace(`the clock of ${process?.name} jumps by ${byMs} ms`);
    process?.jumpClock(byMs);
  },
  'a stranger opens a room': (world: World) => {
    const processes = world.living.filter((server) => !server.isEnding);
    if (processes.length === 0) return;
    const entrance = world.random.pick(processes);
    void world.call(entrance, () => entrance.open(`room_${world.random.uuid()}`, 'a stranger'));
  },
  leave: (world: World) => {
    if (world.random.chance(0.3)) world.random.pick(world.players).leaveForGood();
  },
} satisfies Record<string, (world: World) => void>;

type Kind = keyof typeof kinds;
const allKinds = Object.keys(kinds) as Kind[];

/** Makes trouble until its time is over. */
export function makeTrouble(world: World): void {
  const { random, schedule, settings } = world;
  const few = allKinds.filter(() => random.chance(0.35));
  const some = few.length > 0 ? few : allKinds;
  if (random.chance(0.1)) world.cutsNext = 'create';
  const strike = () => {
    world.isQuiet = world.time > settings.troubleMs || world.isFinished;
    if (world.isQuiet) return;
    const kind = random.pick(some);
    world.trace(`trouble: ${kind}`);
    kinds[kind](world);
    schedule.after(random.wait(settings.quietMs), strike);
  };
  schedule.after(random.wait(settings.quietMs), strike);
}

/** Mostly one with rooms. */
function anOwner(world: World): Server | undefined {
  const living = world.living.filter(({ process }) => process.isUp);
  const owners = living.filter((server) => server.hasRooms);
  const some = owners.length > 0 && world.random.chance(0.8) ? owners : living;
  return some.length > 0 ? world.random.pick(some) : undefined;
}

function takeForDead(world: World, server: Server | undefined): void {
  if (!server) return;
  world.counts.add('a living process was taken for dead');
  world.shared.unheard(server, world.random.between(100, 1_500));
}

function crash(world: World, server: Server | undefined): void {
  if (!server || server.process.isDead) return;
  server.process.crash();
  restartLater(world);
}

function restartLater(world: World): void {
  world.schedule.after(world.random.between(200, 5_000), () => world.startServer());
}

function stallMs(world: World): number {
  return world.random.chance(0.4) ? world.random.between(50, 2_900) : world.random.between(3_000, 9_000);
}
