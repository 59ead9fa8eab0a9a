import type { CredentialSource, RetryOptions, TlsOptions } from '@cloud/container-core';
import type { DebugListener } from '@cloud/container-core/driver-kit';
import type { AwsApis } from './aws-apis.js';
import type { EcsLaunchSettings } from './launch-settings.js';

/** Keys of an AWS identity. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  readonly expiration?: Date;
  /** What providers of the AWS SDK return besides. */
  readonly credentialScope?: string;
  readonly accountId?: string;
}

/** How often to look while waiting: at first every `minMs`, then more and more seldom, up to `maxMs`. */
export interface PollInterval {
  readonly minMs: number;
  readonly maxMs: number;
}

/** How to connect to Amazon ECS. Everything is optional: what is absent is what the AWS SDK finds by itself. */
export interface EcsOptions extends EcsLaunchSettings {
  /** Such as `us-east-1`; by default what the SDK finds: `AWS_REGION`, then the profile. */
  readonly region?: string;
  /** Name or ARN of the cluster that calls mean when they name none; `default` by default. */
  readonly cluster?: string;
  /** By default the SDK's chain: environment, profile, SSO, web identity, container role, instance role. */
  readonly credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
  /** A profile of `~/.aws/config`. */
  readonly profile?: string;
  /** Base URL of every service, for emulators and VPC endpoints. */
  readonly endpoint?: string;
  /** Base URLs of single services. */
  readonly endpoints?: { readonly [Service in keyof AwsApis]?: string };
  /** How often, and after which pauses, a failed request is sent again; twice by default. */
  readonly retry?: RetryOptions;
  /** Certificates for endpoints of VPCs, proxies and emulators. */
  readonly tls?: TlsOptions;
  /** Default deadline of calls that have one, in milliseconds; 30 000 by default (stopping and restarting: 180 000). */
  readonly timeoutMs?: number;
  /** 250 ms to 5 s by default. */
  readonly pollInterval?: PollInterval;
  /** How long to wait for the last lines of a container that has ended, in milliseconds; 6000 by default. */
  readonly logDrainMs?: number;
  /** Also ask EC2 for public addresses and for those of EC2 instances (up to three more requests for each 100 tasks); false by default. */
  readonly ec2Addresses?: boolean;
  /** Prefix of the ECR repositories into which `installImage` mirrors, such as `mirror/`; none by default. */
  readonly mirrorPrefix?: string;
  /** Where `installImage` and `mirror` find the credentials of the source's registry; by default where the docker CLI keeps them. */
  readonly keychain?: CredentialSource;
  /**
   * The environment for proxies, the docker CLI's configuration and credential helpers when images are mirrored; this process's by default.
   * The AWS SDK reads this process's own: give it `region`, `profile` and `credentials`.
   */
  readonly environment?: NodeJS.ProcessEnv;
  /** Clients to use in place of own ones; they stay their owner's to close. */
  readonly clients?: Partial<AwsApis>;
  /** Told what happens inside calls; no secret is in it. */
  readonly onDebug?: DebugListener;
}
