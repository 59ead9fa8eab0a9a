export type { PullImage, RunContainer, RunContainerOptions } from './ecs/run-container.js';
export { botocoreModel } from './model/botocore-model.js';
export { sdkSchemaModel } from './model/sdk-schema-model.js';
export { type AwsFake, type AwsFakeOptions, startAwsFake } from './start-aws-fake.js';
