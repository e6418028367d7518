/**
 * Computer players (rules.md 13), as pure functions from what one seat may know to a move.
 *
 * Whoever plays a seat by them keeps a `Memory` for it and folds into it, with `remember`, everything that happens. After
 * each step it asks for the seat's `opportunity`; when that is another than before, it waits for as long as a person would
 * and, if the opportunity is still the same then, asks to `choose`. Nothing is decided earlier than it is done, so that no
 * move is made with cards that have moved since.
 */
export { type Choice, choose } from './choose.ts';
export { lastTurns, type Memory, newMemory, remember } from './memory.ts';
export { opportunity } from './opportunity.ts';
