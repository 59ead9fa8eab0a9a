import { randomBytes } from 'node:crypto';
import { invalidParameter } from '../wire/service-error.js';

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly defaultForZone: boolean;
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcId: string;
  readonly name: string;
}

export interface NetworkInterface {
  readonly id: string;
  readonly subnet: Subnet;
  readonly groups: readonly SecurityGroup[];
  readonly privateAddress: string;
  readonly publicAddress: string | undefined;
  readonly macAddress: string;
}

/** The first addresses of a subnet are AWS's own. */
const FIRST_HOST = 4;

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** The account's default VPC: a subnet in each of three zones, the default security group, and the interfaces of running tasks. */
export class Network {
  readonly vpcId = `vpc-0${hex(8)}`;
  readonly subnets: readonly Subnet[];
  readonly groups: SecurityGroup[];
  readonly interfaces = new Map<string, NetworkInterface>();
  #nextHost = FIRST_HOST;
  readonly #nextInSubnet = new Map<Subnet, number>();

  constructor(region: string) {
    this.subnets = ['a', 'b', 'c'].map((zone, index) => ({
      id: `subnet-0${hex(8)}`,
      vpcId: this.vpcId,
      zone: `${region}${zone}`,
      cidr: `172.31.${index * 16}.0/20`,
      defaultForZone: true,
    }));
    this.groups = [{ id: `sg-0${hex(8)}`, vpcId: this.vpcId, name: 'default' }];
  }

  /** The default security group stands in where none is named, as on AWS. */
  findPlacement(subnetIds: readonly string[], groupIds: readonly string[]): { subnets: Subnet[]; groups: SecurityGroup[] } {
    const subnets = subnetIds.map((id) => {
      const subnet = this.subnets.find((candidate) => candidate.id === id);
      if (subnet !== undefined) return subnet;
      throw invalidParameter(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      );
    });
    const named = groupIds.map((id) => {
      const group = this.groups.find((candidate) => candidate.id === id);
      if (group !== undefined) return group;
      throw invalidParameter(
        `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      );
    });
    return { subnets, groups: named.length > 0 ? named : this.groups.filter((group) => group.name === 'default') };
  }

  attach(subnet: Subnet, groups: readonly SecurityGroup[], assignPublicIp: boolean): NetworkInterface {
    const host = this.#nextHost++;
    const inSubnet = this.#nextInSubnet.get(subnet) ?? FIRST_HOST;
    this.#nextInSubnet.set(subnet, inSubnet + 1);
    const [first, second, third = ''] = subnet.cidr.split('.');
    const created: NetworkInterface = {
      id: `eni-0${hex(8)}`,
      subnet,
      groups,
      privateAddress: `${first}.${second}.${Number(third) + ((inSubnet >> 8) & 15)}.${inSubnet & 255}`,
      // From the range for benchmarks (RFC 2544), so that nothing can be reached by mistake.
      publicAddress: assignPublicIp ? `198.18.${(host >> 8) & 255}.${host & 255}` : undefined,
      macAddress: `0e:${hex(5).replace(/(..)(?!$)/g, '$1:')}`,
    };
    this.interfaces.set(created.id, created);
    return created;
  }

  detach(id: string): void {
    this.interfaces.delete(id);
  }
}
