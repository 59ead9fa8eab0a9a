import type { ExecOptions } from '../../types/exec.js';
import type { DeployServiceOptions } from '../../types/service.js';
import type { AllGroups } from '../all-groups.js';
import type { DriverImplementation } from '../implementation.js';
import { CALL_OPTIONS, callShape, transferShape } from '../validate/call-options.js';
import { byteStream, command, integerFrom, textUpTo } from '../validate/checks.js';
import { type DeployServiceRequest, deployableImage, deployServiceRequest } from '../validate/deploy-options.js';
import { env } from '../validate/deploy-parts.js';
import { refuseUnsupportedExecOptions } from '../validate/exec-values.js';
import { INSTALL_OPTIONS, killSignal } from '../validate/group-options.js';
import { labels } from '../validate/labels.js';
import { idOf, imageReference, name } from '../validate/names.js';
import type { Refuse } from '../validate/refusal.js';
import { shape, withDefault } from '../validate/shape.js';
import { absolutePath, bool, date } from '../validate/values.js';
import { defineCalls } from './call-row.js';
import { deployValidation, wholeOptions } from './deploy-checks.js';

const call = { kind: 'call', pace: 'deadline' } as const;
const list = { kind: 'list', pace: 'deadline', arguments: [], isRepeatable: true } as const;
const onContainer = { ...call, arguments: [['container', idOf]] } as const;
const onImage = { ...call, group: 'images', arguments: [['image', imageReference]] } as const;
const onCluster = { ...call, group: 'clusters', arguments: [['cluster', idOf]] } as const;
const onService = { ...call, group: 'services', arguments: [['service', idOf]] } as const;
const onFiles = {
  group: 'files',
  pace: 'stall',
  arguments: [
    ['container', idOf],
    ['path', absolutePath],
  ],
} as const;

const replicas = integerFrom(0, 10_000);

/** The calls of the optional groups, one row each. */
export const CALLS_OF_GROUPS = defineCalls<AllGroups>()({
  installImage: { ...onImage, pace: 'stall', options: shape(INSTALL_OPTIONS), isRepeatable: true },
  listImages: { ...list, group: 'images', options: callShape },
  getImage: { ...onImage, options: callShape, isRepeatable: true },
  removeImage: { ...onImage, options: callShape, isRepeatable: true },

  listClusters: { ...list, group: 'clusters', options: callShape },
  getCluster: { ...onCluster, options: callShape, isRepeatable: true },
  createCluster: {
    ...call,
    group: 'clusters',
    arguments: [['name', name]],
    options: shape({ labels: withDefault(labels, {}), ...CALL_OPTIONS }),
    isRepeatable: true,
  },
  destroyCluster: { ...onCluster, options: shape({ force: withDefault(bool, false), ...CALL_OPTIONS }), isRepeatable: true },

  listLocations: { ...list, group: 'locations', options: callShape },

  execContainer: {
    group: 'exec',
    kind: 'exec',
    pace: 'none',
    arguments: [
      ['container', idOf],
      ['command', command],
    ],
    options: shape({ env, user: textUpTo(256), workingDirectory: absolutePath, tty: bool, stdin: bool, ...CALL_OPTIONS }),
    prepare: (options: ExecOptions, _refuse: Refuse, { provider, capabilities }: DriverImplementation) => {
      refuseUnsupportedExecOptions(provider, capabilities, { ...options });
      return options;
    },
    isRepeatable: false,
  },

  deployService: {
    ...call,
    group: 'services',
    arguments: [],
    options: wholeOptions,
    prepare: (options: DeployServiceOptions, _refuse: Refuse, driver: DriverImplementation) =>
      deployServiceRequest(deployValidation(driver, 'deployService'), options),
    isRepeatable: true,
    discard: {
      call: 'destroyService',
      // With a key the next deploy finds it.
      what: ({ name: service, idempotency }: DeployServiceRequest) => (idempotency === undefined ? `service ${service}` : undefined),
    },
  },
  listServices: { ...list, group: 'services', options: shape({ cluster: textUpTo(2048), ...CALL_OPTIONS }) },
  getService: { ...onService, options: callShape, isRepeatable: true },
  updateService: {
    ...onService,
    options: shape({ replicas, image: imageReference, ...CALL_OPTIONS }),
    prepare: (changes: { readonly replicas?: number; readonly image?: string }, refuse: Refuse, driver: DriverImplementation) => {
      const { replicas: count, image } = changes;
      if (image !== undefined) deployableImage(deployValidation(driver, 'updateService'), refuse, image);
      return count === undefined && image === undefined ? refuse('options', 'what to change: replicas or image') : changes;
    },
    isRepeatable: false,
  },
  waitForService: { ...onService, pace: 'none', options: callShape, isRepeatable: true },
  destroyService: { ...onService, options: callShape, isRepeatable: true },

  getContainerStats: { ...onContainer, group: 'stats', options: callShape, isRepeatable: true },
  followContainerStats: { ...onContainer, group: 'stats', kind: 'stream', pace: 'none', options: callShape, isRepeatable: true },

  followEvents: {
    group: 'events',
    kind: 'stream',
    pace: 'none',
    arguments: [],
    options: shape({ since: date, until: date, labels, ...CALL_OPTIONS }),
    isRepeatable: true,
  },

  pauseContainer: { ...onContainer, group: 'pause', options: callShape, isRepeatable: true },
  resumeContainer: { ...onContainer, group: 'pause', options: callShape, isRepeatable: true },

  copyToContainer: {
    ...onFiles,
    kind: 'call',
    arguments: [...onFiles.arguments, ['archive', byteStream]],
    options: transferShape,
    isRepeatable: false,
  },
  copyFromContainer: { ...onFiles, kind: 'chunks', options: transferShape, isRepeatable: true },

  killContainer: {
    ...onContainer,
    group: 'signals',
    options: shape({ killSignal: withDefault(killSignal, 'SIGKILL'), ...CALL_OPTIONS }),
    isRepeatable: false,
  },
});
