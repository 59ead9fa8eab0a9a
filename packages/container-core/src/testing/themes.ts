import type { ConformanceOptions } from './conformance-options.js';
import type { Theme } from './row.js';
import { abortRows } from './rows/abort.js';
import { clusterRows } from './rows/clusters.js';
import { connectionRows } from './rows/connection.js';
import { deployRows } from './rows/deploy.js';
import { deployFieldRows } from './rows/deploy-fields.js';
import { deployValueRows } from './rows/deploy-values.js';
import { destroyRows } from './rows/destroy.js';
import { errorRows } from './rows/errors.js';
import { eventRows } from './rows/events.js';
import { execRows } from './rows/exec.js';
import { fileRows } from './rows/files.js';
import { getRows } from './rows/get.js';
import { idempotencyRows } from './rows/idempotency.js';
import { imageRows } from './rows/images.js';
import { listRows } from './rows/list.js';
import { locationRows } from './rows/locations.js';
import { logRows } from './rows/logs.js';
import { logSelectionRows } from './rows/logs-selection.js';
import { nameRows } from './rows/names.js';
import { outageRows } from './rows/outage.js';
import { pauseRows } from './rows/pause.js';
import { runRows } from './rows/run.js';
import { serviceRows } from './rows/services.js';
import { signalRows } from './rows/signals.js';
import { startStopRows } from './rows/start-stop.js';
import { statsRows } from './rows/stats.js';
import { unsupportedRows } from './rows/unsupported.js';
import { validationRows } from './rows/validation.js';
import { waitRows } from './rows/wait.js';

/** All rows for a provider, by what it declares. */
export function themes(options: ConformanceOptions): readonly Theme[] {
  return [
    { name: 'connection', rows: connectionRows(options) },
    { name: 'deploy', rows: deployRows(options) },
    { name: 'deploy: fields', rows: deployFieldRows(options) },
    { name: 'deploy: values', rows: deployValueRows(options) },
    { name: 'names', rows: nameRows(options) },
    { name: 'idempotency', rows: idempotencyRows(options) },
    { name: 'get', rows: getRows() },
    { name: 'list', rows: listRows(options) },
    { name: 'start, stop, restart', rows: startStopRows(options) },
    { name: 'wait', rows: waitRows(options) },
    { name: 'run', rows: runRows(options) },
    { name: 'destroy', rows: destroyRows(options) },
    { name: 'logs', rows: logRows(options) },
    { name: 'logs: selection', rows: logSelectionRows(options) },
    { name: 'errors', rows: errorRows(options) },
    { name: 'validation', rows: validationRows(options) },
    { name: 'abort and deadlines', rows: abortRows(options) },
    { name: 'outage', rows: outageRows(options) },
    { name: 'not declared', rows: unsupportedRows(options) },
    { name: 'group images', rows: imageRows(options) },
    { name: 'group clusters', rows: clusterRows(options) },
    { name: 'group exec', rows: execRows(options) },
    { name: 'group events', rows: eventRows(options) },
    { name: 'group files', rows: fileRows(options) },
    { name: 'group locations', rows: locationRows(options) },
    { name: 'group pause', rows: pauseRows(options) },
    { name: 'group services', rows: serviceRows(options) },
    { name: 'group signals', rows: signalRows(options) },
    { name: 'group stats', rows: statsRows(options) },
  ].filter(({ rows }) => rows.length > 0);
}
