/**
 * Has `told` called with each message of a channel, which is JSON, and `onGap` when the channel is followed again after
 * some may have been missed.
 */
export type Follow = <Message>(channel: string, told: (message: Message) => void, onGap: () => void) => Promise<void>;
