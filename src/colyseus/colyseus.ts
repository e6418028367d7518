/** `colyseus`, as its documentation has it imported, without what its being loaded does to this process. */
import './environment.ts';

export * from 'colyseus';

import { restoreEnvironment } from './environment.ts';

restoreEnvironment();
