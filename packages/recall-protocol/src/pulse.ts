import type { Room } from '@colyseus/sdk';
import { answer, giveUp, socketOf } from './room.ts';

/**
 * Notices that a connection is dead. A path that goes silent without a close (packets are dropped, a network was changed)
 * leaves it open for minutes, and the table on the page looks as if nobody moved.
 */

const pingEveryMs = 4000;
/** So long an answer may take before it counts as none. */
const patienceMs = 3000;
/** So many pings without an answer, and the connection is given up: ten seconds after the last sign of life. */
const missesAllowed = 2;
/** A timer that fires so late says that the page stood still, and nothing of the network. */
const lateMs = 1000;
/** `WebSocket.CONNECTING`, which Node 20 has nowhere. */
const connecting = 0;

export interface Pulse {
  /** Somebody waits for what happens next: one ping without an answer is enough now. */
  hurry(): void;
  stop(): void;
}

export function takePulse(room: Room): Pulse {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting = false;
  let misses = 0;
  let stopped = false;
  /** The attempt to connect that the last look found. */
  let attempt: WebSocket | null = null;
  /** Which the last ping went out by. */
  let asked: WebSocket | null = null;

  function later(ms: number, then: () => void): void {
    clearTimeout(timer);
    if (stopped) return;
    const due = performance.now() + ms;
    timer = setTimeout(() => (performance.now() > due + lateMs ? look() : then()), ms);
  }

  function look(): void {
    waiting = room.connection.isOpen;
    if (waiting) {
      attempt = null;
      asked = socketOf(room);
      void answer(room).then(heard);
      later(patienceMs, missed);
    } else {
      // The SDK gives an attempt as long as the browser does, which is minutes.
      const socket = socketOf(room);
      if (socket === attempt) giveUp(room);
      attempt = socket.readyState === connecting ? socket : null;
      later(pingEveryMs, look);
    }
  }

  function heard(): void {
    waiting = false;
    misses = 0;
    later(pingEveryMs, look);
  }

  function missed(): void {
    // A connection that was lost meanwhile is on its way back, or has come: to give that up would bring a third one.
    misses = room.connection.isOpen && socketOf(room) === asked ? misses + 1 : 0;
    if (misses >= missesAllowed) {
      misses = 0;
      giveUp(room);
    }
    look();
  }

  look();
  return {
    hurry() {
      if (!room.connection.isOpen) return;
      misses = missesAllowed - 1;
      if (!waiting) look();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
