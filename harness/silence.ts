/** From now on the SDK keeps lost connections, and messages that nobody listens to, from the console. */
export function silenceSdk(): void {
  Object.assign(console, { info() {}, warn() {} });
}
