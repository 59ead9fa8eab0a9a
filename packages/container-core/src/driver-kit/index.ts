export { closestName } from '../errors/closest-name.js';
export { isError } from '../errors/is-error.js';
export type { AllGroups } from './all-groups.js';
export { type Builtins, builtin } from './builtin.js';
export {
  type CallKind,
  type CallRow,
  type CallTable,
  defineCalls,
  type FunctionsOf,
  type RowsOf,
  type WholeOptions,
} from './calls/call-row.js';
export { CALL_ROWS, type CallName, type ContractCalls, GROUP_CALLS } from './calls/calls.js';
export { type DefinedDriver, defineDriver } from './define-driver.js';
export type { DeployRequest, PortRequest } from './deploy-request.js';
export { findProgram } from './find-program.js';
export type { BaseImplementation, DriverImplementation, GroupImplementations } from './implementation.js';
export { createListing } from './listing.js';
export type { DebugEvent, DebugListener, OperationContext } from './operation-context.js';
export { Operations, type OperationsSettings } from './operations.js';
export type { Batches, Pace } from './pace.js';
export { PageLimit } from './page-limit.js';
export { isPeerLost } from './peer/peer-error.js';
export { type PeerTimings, peerTimings } from './peer/peer-timings.js';
export { watchAgent } from './peer/watch-agent.js';
export { setPeerIdle, watchPeer } from './peer/watch-peer.js';
export { replyTooLarge } from './reply-too-large.js';
export { checkSpawned, systemLimitError } from './system-limit.js';
export { MAX_TIMER_MS } from './time-limits.js';
export { unhealthyError } from './unhealthy-error.js';
export { unsupported } from './unsupported.js';
export { directoryVariable, dockerConfigFolder, homeFolder } from './user-directories.js';
export { CALL_OPTIONS, callShape, TRANSFER_OPTIONS, taking, transferShape } from './validate/call-options.js';
export {
  abortSignal,
  arrayOf,
  byteStream,
  environmentVariables,
  functionOf,
  functionOr,
  integerFrom,
  milliseconds,
  numberFrom,
  objectWith,
  oneOfThese,
  recordOf,
  secretText,
  strings,
  textUpTo,
} from './validate/checks.js';
export { credentialSource, retryOptions, tlsOptions } from './validate/connection-options.js';
export type { DeployServiceRequest } from './validate/deploy-options.js';
export { checkCredentials, credentials } from './validate/deploy-parts.js';
export { type ContainerFilter, matchesFilter } from './validate/filters.js';
export { fingerprint } from './validate/fingerprint.js';
export { INSTALL_OPTIONS } from './validate/group-options.js';
export { FINGERPRINT_LABEL, IDEMPOTENCY_KEY_LABEL, MANAGED_LABEL, RESERVED_LABEL_PREFIX, visibleLabels } from './validate/labels.js';
export { idOf, imageReference } from './validate/names.js';
export type { Prepare } from './validate/prepare.js';
export { describeValue, type Refuse, refusal } from './validate/refusal.js';
export {
  type Check,
  type Checked,
  type Checks,
  type ChecksOf,
  type RequiredCheck,
  required,
  type Shape,
  shape,
  withDefault,
} from './validate/shape.js';
export {
  absolutePath,
  argumentList,
  bool,
  date,
  integer,
  list,
  number,
  oneOf,
  onlyKnownKeys,
  platform,
  record,
  text,
} from './validate/values.js';
export { withRaw } from './with-raw.js';
export type { WithoutCallOptions } from './without-call-options.js';
