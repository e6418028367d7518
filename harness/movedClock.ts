/**
 * Loaded into a server process before everything else (`--import`): a wall clock that a test sets, as an operator or NTP
 * would set the machine's. The monotonic clock and the timers are those of the machine, as they are in truth.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const real = Date;
let offsetMs = 0;

/** The file `clock` of `DATA_DIR` says how far the clock is off, ms; it is read at the start and at SIGWINCH. */
function look(): void {
  try {
    offsetMs = Number(readFileSync(join(process.env.DATA_DIR ?? '', 'clock'), 'utf8'));
  } catch {
    // Nobody has set it.
  }
}
look();
process.on('SIGWINCH', look);

globalThis.Date = new Proxy(real, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [real.now() + offsetMs] : args, newTarget),
  get: (target, property, receiver) =>
    property === 'now' ? () => real.now() + offsetMs : Reflect.get(target, property, receiver),
});
