import type { SecurityGroup, Subnet } from '../ec2/network.js';

/** What tasks run on. */
export interface Placement {
  readonly launchType: 'EC2' | 'FARGATE' | 'EXTERNAL' | undefined;
  readonly capacityProvider: string | undefined;
  readonly platformVersion: string | undefined;
}

/** What the network interface of an awsvpc task is made with. */
export interface TaskNetwork {
  readonly subnets: readonly Subnet[];
  readonly groups: readonly SecurityGroup[];
  readonly assignPublicIp: boolean;
}
