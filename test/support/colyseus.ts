/** `@colyseus/testing`, without what its being loaded does to this process (src/colyseus/environment.ts). */
import '../../src/colyseus/environment.ts';

export { boot, type ColyseusTestServer } from '@colyseus/testing';

import { restoreEnvironment } from '../../src/colyseus/environment.ts';

restoreEnvironment();
