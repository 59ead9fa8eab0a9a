import type { Row } from '../harness/row.js';
import { dockerCycle } from './docker-cycle.js';
import { dockerInspect } from './docker-inspect.js';
import { dockerList } from './docker-list.js';
import { dockerLogs } from './docker-logs.js';
import { dockerLogsLive } from './docker-logs-live.js';

/** All rows, in the order of the page. */
export const rows: readonly Row[] = [dockerInspect, dockerList, dockerCycle, dockerLogs, dockerLogsLive];
