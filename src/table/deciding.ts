import { decide as decideByTheRules } from '../game/decide.ts';
import { span } from '../ops/trace.ts';

/** The rules' decision, as a span of its own. */
export const decide: typeof decideByTheRules = (...command) => span('decide', () => decideByTheRules(...command));
