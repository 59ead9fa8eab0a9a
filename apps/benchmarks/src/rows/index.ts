import type { Row } from '../harness/row.js';
import { dockerCycle } from './docker-cycle.js';
import { dockerExec } from './docker-exec.js';
import { dockerInspect } from './docker-inspect.js';
import { dockerList } from './docker-list.js';

/** All rows, in the order of the page. */
export const rows: readonly Row[] = [dockerInspect, dockerList, dockerCycle, dockerExec];
