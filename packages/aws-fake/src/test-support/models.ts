import { botocoreData } from '@cloud/test-engines';
import type { ApiModel } from '../model/api-model.js';
import { botocoreModel } from '../model/botocore-model.js';
import { sdkSchemaModel } from '../model/sdk-schema-model.js';

/** The SDK's own schemas, and botocore's models where they can be had. */
export async function models(): Promise<ApiModel[]> {
  const clients = {
    ecs: await import('@aws-sdk/client-ecs'),
    ecr: await import('@aws-sdk/client-ecr'),
    logs: await import('@aws-sdk/client-cloudwatch-logs'),
  };
  const dataPath = await botocoreData();
  return [sdkSchemaModel(clients), ...(dataPath === undefined ? [] : [botocoreModel(dataPath)])];
}
