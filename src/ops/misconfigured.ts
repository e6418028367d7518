/** What a process exits with where a setting has to be changed first: to start it again would be of no use. */
export const misconfiguredExitCode = 78;

/** Such a mistake; the message says what to set. */
export class Misconfigured extends Error {}
