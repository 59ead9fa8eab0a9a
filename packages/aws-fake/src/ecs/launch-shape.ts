import { anyObject, integer, listOf, oneOf, required, type Shape, shape, text } from '../wire/checks.js';

export const launchType = oneOf('EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES');
export const propagateTags = oneOf('TASK_DEFINITION', 'SERVICE', 'NONE');
export const capacityProviderStrategy = listOf(shape({ capacityProvider: required(text), weight: integer, base: integer }));

const networkFields = {
  awsvpcConfiguration: shape({
    subnets: required(listOf(text)),
    securityGroups: listOf(text),
    assignPublicIp: oneOf('ENABLED', 'DISABLED'),
  }),
} as const;

export type NetworkConfiguration = Shape<typeof networkFields>;
export const networkConfiguration = shape(networkFields);

const nameAndValue = shape({ name: text, value: text });

const containerOverride = shape({
  name: text,
  command: listOf(text),
  environment: listOf(nameAndValue),
  environmentFiles: listOf(anyObject),
  cpu: integer,
  memory: integer,
  memoryReservation: integer,
  resourceRequirements: listOf(anyObject),
});

/** There is no `image` in it: a new image is a new revision. */
const overrideFields = {
  containerOverrides: listOf(containerOverride),
  cpu: text,
  inferenceAcceleratorOverrides: listOf(anyObject),
  executionRoleArn: text,
  memory: text,
  taskRoleArn: text,
  ephemeralStorage: shape({ sizeInGiB: required(integer) }),
} as const;

export type TaskOverride = Shape<typeof overrideFields>;
export const taskOverride = shape(overrideFields);
