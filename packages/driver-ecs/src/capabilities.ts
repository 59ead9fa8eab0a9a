import type { Capabilities } from '@cloud/container-core';

/** What Amazon ECS can do; https://docs.aws.amazon.com/AmazonECS/latest/developerguide is the source. */
export const ECS_CAPABILITIES: Capabilities = {
  groups: ['images', 'clusters', 'locations', 'services'],
  // A stopped task is terminal: starting it again is a new task.
  restart: 'replace',
  uniqueNames: false,
  startLater: false,
  // A task that had ended by itself before it was destroyed stays visible to other connections for its hour.
  destroy: 'eventual',
  deploy: {
    command: 'enforced',
    entrypoint: 'enforced',
    env: 'enforced',
    secrets: 'enforced',
    ports: 'enforced',
    cpu: 'enforced',
    memoryMiB: 'enforced',
    labels: 'enforced',
    mounts: 'enforced',
    // Its own restart policy never restarts what ends within a minute; `providerOptions.ecs.restartPolicy` has it, services do better.
    restartPolicy: 'unsupported',
    healthCheck: 'enforced',
    user: 'enforced',
    workingDirectory: 'enforced',
    stopTimeoutSeconds: 'enforced',
    platform: 'enforced',
    cluster: 'enforced',
    idempotencyKey: 'enforced',
    // Fargate always pulls; on EC2 it is a setting of the instance's agent.
    pullPolicy: 'unsupported',
    // ECS reads them from Secrets Manager: `providerOptions.ecs.repositoryCredentials`.
    credentials: 'unsupported',
  },
  // The awslogs driver merges the streams, drops empty lines and splits long ones.
  logs: { streams: 'merged', timestamps: 'milliseconds', emptyLines: false, maxLineBytes: 16_384 },
  // The grace period is the definition's `stopTimeout`.
  run: { stdin: false },
  stop: { gracePerCall: false },
};
