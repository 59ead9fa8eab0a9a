import { ContainerError } from '@cloud/container-core';

/** `secret:name-suffix[:jsonKey:versionStage:versionId]`; `parameter/path`. */
const ARN =
  /^arn:aws[a-z-]*:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^\s:]+(?::[^\s:]*){0,3}|ssm:[a-z0-9-]+:\d{12}:parameter\/[\w./-]+)$/;
const PARAMETER = /^\/[\w./-]+$/;

/**
 * Refuses a reference that ECS cannot read; it would fail only when the task starts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
export function checkSecrets(secrets: Readonly<Record<string, string>> = {}): void {
  for (const [name, reference] of Object.entries(secrets)) {
    if (ARN.test(reference) || PARAMETER.test(reference)) continue;
    // A password may be in place of the reference: it is not shown.
    throw new ContainerError(
      'invalid-argument',
      `secrets.${name} must be the ARN of a secret of Secrets Manager or of a parameter of Systems Manager, or a parameter name that begins with /.`,
    );
  }
}
