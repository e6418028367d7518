import { signal } from '@preact/signals';
import { storedSound, storeSound } from './stored.ts';

/** Whether the page makes itself heard and felt. Who asks the system for less motion is left in peace, until they choose. */
export const soundOn = signal(storedSound() ?? !matchMedia('(prefers-reduced-motion: reduce)').matches);

export const canVibrate = typeof navigator.vibrate === 'function' && matchMedia('(pointer: coarse)').matches;

export function toggleSound(): void {
  soundOn.value = !soundOn.value;
  storeSound(soundOn.value);
}
