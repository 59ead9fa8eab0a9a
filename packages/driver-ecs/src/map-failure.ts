import type { Failure } from '@aws-sdk/client-ecs';
import { ContainerError, type ErrorCode } from '@cloud/container-core';

/** What the reasons in `failures` mean; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html */
const REASONS: readonly (readonly [ErrorCode, RegExp])[] = [
  ['capacity', /^(RESOURCE|CAPACITY|EMPTY CAPACITY PROVIDER|No Container Instances|Capacity is unavailable|You.ve reached the limit)/i],
  ['not-found', /^MISSING/i],
  ['unavailable', /^AGENT/i],
  ['precondition-failed', /^(INACTIVE|ATTRIBUTE|MEMBER OF|LOCATION|ConstraintFailed|DRAINING)/i],
  ['rate-limited', /throttl/i],
];

/** `MISSING`, or a sentence, as DeleteTaskDefinitions has it: "The specified task definition does not exist. …". */
export function isMissing({ reason = '' }: Failure): boolean {
  return reason === 'MISSING' || /does not exist/i.test(reason);
}

/** An error out of the `failures` that ECS reports in a reply with status 200; `what` begins the sentence. */
export function failureError(what: string, failures: readonly Failure[]): ContainerError {
  const [first] = failures;
  const reason = first?.reason ?? 'no reason given';
  const code = REASONS.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'deployment-failed';
  const said = [...new Set(failures.map(describe))].join('; ');
  return new ContainerError(code, `${what}: ${said}.`, { vendorCode: reason });
}

function describe({ reason, detail, arn }: Failure): string {
  const where = arn === undefined ? '' : ` (${arn})`;
  return `${reason ?? 'unknown'}${detail === undefined ? '' : `, ${detail.replace(/\.$/, '')}`}${where}`;
}
