/** What a run must come across now and then: a simulation in which one of these never happens proves less than it says. */
export const rareThings = [
  // Processes that die.
  'a process crashed',
  'crash with an append on its way to the journal',
  'crash between append and effects',
  'crash amid the effects of a step',
  'crash while a room was being recovered',
  'a process shut down and handed its rooms over',
  // Processes that stall.
  'a process stalled for less than its lease',
  'an owner woke after its lease',
  'an owner woke and had lost its room',
  'an owner woke and had kept its room',
  'stall between append and effects',
  'a living process was taken for dead',
  // The way to the journal.
  'append in doubt',
  'in-doubt append found stored',
  'in-doubt append stored by its repeat',
  'an append arrived after it was given up',
  'append refused while out of reach',
  'append fenced',
  'read fenced',
  'the answer to a claim was lost',
  'the answer to a creation was lost',
  'the journal was away',
  'the journal was full',
  'a process was cut off from the journal',
  'the way to the journal fell silent',
  // Owners.
  'a room was taken over',
  'a room was opened again by its process',
  'claim race lost',
  'a recovery was overtaken by another',
  'a room was opened in another process',
  'an overtaken owner told what was durable before',
  'deadlines were extended after a takeover',
  'a countdown was extended after a takeover',
  'a shown card was extended after a takeover',
  'a room paused',
  'a snapshot took the place of events',
  'lost time was stored',
  'a clock jumped back',
  'a clock jumped ahead',
  'a room’s times were moved with its clock',
  'a room’s times were moved with its clock after a pause',
  'a match ended in an append that was repeated',
  // Players.
  'a repeat was answered from the journal',
  'a repeat was answered by another owner',
  'a repeat came while the first was under way',
  'a command was refused, and nothing had changed',
  'back by token',
  'back by token at another owner',
  'back by entering again',
  'refused by a token that a newer one had replaced',
  'a connection was replaced by a newer one',
  'a connection was forwarded to the owner',
  'a connection was turned away',
  'a grace ended, and a computer player took over',
  'a player took their seat back',
  'a player left for good',
  // Deals.
  'a part was revealed in time',
  'a part was left out',
  'a part was dealt by another owner than it was revealed to',
  'a room was taken over while its cards were dealt',
  // Ends.
  'a match ended by its rules',
  'a match was abandoned',
  'a room closed empty',
  'a room closed since its journal was full',
  'an orphaned room came to its end',
] as const;

export type RareThing = (typeof rareThings)[number];

/** How often each happened. */
export class Counts {
  readonly #counts = new Map<RareThing, number>(rareThings.map((thing) => [thing, 0]));

  add(thing: RareThing, times = 1): void {
    this.#counts.set(thing, (this.#counts.get(thing) ?? 0) + times);
  }

  /** As plain data. */
  get all(): Record<RareThing, number> {
    return Object.fromEntries(this.#counts) as Record<RareThing, number>;
  }

  /** Lines of a table. */
  lines(): string[] {
    return [...this.#counts].map(([thing, times]) => thing.padEnd(56) + String(times).padStart(10));
  }
}
