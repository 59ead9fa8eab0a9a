import type { Row } from '../harness/row.js';
import { dockerCycle } from './docker-cycle.js';
import { dockerExec } from './docker-exec.js';
import { dockerInspect } from './docker-inspect.js';
import { dockerList } from './docker-list.js';
import { dockerLogs } from './docker-logs.js';
import { dockerLogsLive } from './docker-logs-live.js';
import { ecsCall } from './ecs-call.js';
import { ecsList } from './ecs-list.js';
import { growthContainers, growthLayers, growthLines, growthTags, growthTasks } from './growth.js';
import { imageCopy } from './image-copy.js';
import { imagePullGzip, imagePullPlain } from './image-pull.js';
import { imagePush } from './image-push.js';
import { importCost } from './import-cost.js';
import { installedSize } from './installed-size.js';

/** All rows, in the order of the page. */
export const rows: readonly Row[] = [
  dockerInspect,
  dockerList,
  dockerCycle,
  dockerExec,
  dockerLogs,
  dockerLogsLive,
  imagePullGzip,
  imagePullPlain,
  imageCopy,
  imagePush,
  ecsList,
  ecsCall,
  importCost,
  installedSize,
  growthContainers,
  growthTasks,
  growthTags,
  growthLayers,
  growthLines,
];
