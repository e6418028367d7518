import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';

/** The arguments of a command, or, where they are wrong, one line that says so, and the end of the process. */
export function readOptions<T>(optionsFrom: (args: readonly string[]) => T, usage: string): T {
  try {
    return optionsFrom(process.argv.slice(2));
  } catch (error) {
    // Node's own messages go on for a second sentence.
    const [reason = ''] = (error as Error).message.split(/\.?(?:\n|$)|\. /, 1);
    console.error(`${reason}. Usage: ${usage}`);
    process.exit(2);
  }
}

/** @throws Error whose message says what the argument may be. */
export function numberFrom(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}

/** @throws Error whose message says what the argument may be. */
export function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const value = allowed.find((one) => one === text);
  if (value !== undefined) return value;
  throw new Error(`--${name} must be one of ${allowed.join(', ')}, not "${text}"`);
}

type Numbers = Readonly<Record<string, number | readonly number[]>>;

/**
 * Options that are whole numbers from 1 on, or lists of them with commas.
 * @param standard what each is where it isn't given
 */
export function readNumbers<T extends Numbers>(standard: T, usage: string): T {
  return readOptions((args) => {
    const options = Object.fromEntries(Object.keys(standard).map((name) => [name, { type: 'string' } as const]));
    const { values } = parseArgs({ args: [...args], options });
    const given = Object.entries(values).map(([name, text = '']) => {
      const isList = Array.isArray(standard[name]);
      const numbers = (isList ? text.split(',') : [text]).map((one) => numberFrom(name, one, 1, 1_000_000_000));
      return [name, isList ? numbers : numbers[0]];
    });
    return { ...standard, ...Object.fromEntries(given) };
  }, usage);
}

/** Who runs a command of an operator, for the audit. A container may be run as a user whom it has no name for. */
export function operatorHere(): string {
  try {
    return `operator:${userInfo().username}`;
  } catch {
    return `operator:${process.getuid?.()}`;
  }
}
