import type { WebSocket } from 'ws';

/** A connection, and how many pings it has not answered yet: Colyseus counts an answer. */
export type Pinged = WebSocket & { pingCount: number };

/** A round of pings has so many parts, between which others have their turn. */
const parts = 20;

/**
 * Pings each connection once a round, and ends those that have not answered. Colyseus pings all of them in one go, for which
 * everything else waits: 20 ms each second with 2,000 of them.
 * @param clients all that there are, in the order in which they came
 * @param everyMs of a round, ms
 * @param most pings without an answer
 * @returns what `clearInterval` ends
 */
export function pingInTurn(clients: ReadonlySet<Pinged>, everyMs: number, most: number): NodeJS.Timeout {
  let [round, part]: [readonly Pinged[], number] = [[], parts];
  return setInterval(() => {
    // Who comes meanwhile has their first one in the next round.
    if (part === parts) [round, part] = [[...clients], 0];
    const share = Math.ceil(round.length / parts);
    for (const client of round.slice(part * share, (part + 1) * share)) if (clients.has(client)) ping(client, most);
    part++;
  }, everyMs / parts);
}

function ping(client: Pinged, most: number): void {
  if (client.pingCount >= most) {
    client.terminate();
    return;
  }
  client.pingCount++;
  client.ping();
}
