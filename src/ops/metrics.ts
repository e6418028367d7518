import { counter } from './counting.ts';

export { registry } from './counting.ts';

/** Every metric of ours (docs/operations.md, "Metrics"): a name, what it is, and all values of its labels. */

export const roomsSetAside = counter(
  'recall_rooms_set_aside_total',
  'Rooms that were set aside since their journal can not be read',
  {
    reason: [
      'torn',
      'unknown_event',
      'misshapen_event',
      'does_not_follow',
      'unknown_person',
      'bad_snapshot',
      'too_long',
      'given_up',
    ],
  },
);
