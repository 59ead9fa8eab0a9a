import type { Identity } from '../identity.js';
import { mapOf, text } from '../wire/checks.js';
import { type Operation, type OperationTable, operation } from '../wire/operation.js';
import { ServiceError } from '../wire/service-error.js';
import type { Network, NetworkInterface } from './network.js';

interface Listing<T> {
  /** The member of the request that names resources, such as `SubnetId`. */
  readonly idParameter: string;
  readonly replyMember: string;
  readonly notFound: string;
  all(): readonly T[];
  id(item: T): string;
  /** The filters that are modelled: the values of the item that a filter is compared with. */
  readonly filters: Readonly<Record<string, (item: T) => readonly string[]>>;
  write(item: T): Readonly<Record<string, unknown>>;
}

/** Regions that the account may use; the fake's own is always one. */
const REGIONS = ['eu-west-1', 'us-east-1', 'xx-new-1'];

/** The Describe calls that a container driver needs: regions, the default VPC and the interfaces of tasks. */
export function ec2Operations(network: Network, { region, accountId }: Identity): OperationTable {
  return {
    DescribeRegions: describe<string>({
      idParameter: 'RegionName',
      replyMember: 'regionInfo',
      notFound: 'InvalidParameterValue',
      all: () => [...new Set([...REGIONS, region])],
      id: (name) => name,
      filters: { 'region-name': (name) => [name] },
      write: (name) => ({ regionName: name, regionEndpoint: `ec2.${name}.amazonaws.com`, optInStatus: 'opt-in-not-required' }),
    }),

    DescribeVpcs: describe<{ id: string }>({
      idParameter: 'VpcId',
      replyMember: 'vpcSet',
      notFound: 'InvalidVpcID.NotFound',
      all: () => [{ id: network.vpcId }],
      id: ({ id }) => id,
      filters: { 'is-default': () => ['true'], isDefault: () => ['true'], 'vpc-id': ({ id }) => [id], state: () => ['available'] },
      write: ({ id }) => ({
        vpcId: id,
        ownerId: accountId,
        state: 'available',
        cidrBlock: '172.31.0.0/16',
        isDefault: true,
        instanceTenancy: 'default',
      }),
    }),

    DescribeSubnets: describe({
      idParameter: 'SubnetId',
      replyMember: 'subnetSet',
      notFound: 'InvalidSubnetID.NotFound',
      all: () => network.subnets,
      id: ({ id }) => id,
      filters: {
        'default-for-az': (subnet) => [String(subnet.defaultForZone)],
        defaultForAz: (subnet) => [String(subnet.defaultForZone)],
        'vpc-id': (subnet) => [subnet.vpcId],
        'subnet-id': (subnet) => [subnet.id],
        'availability-zone': (subnet) => [subnet.zone],
        state: () => ['available'],
      },
      write: (subnet) => ({
        subnetId: subnet.id,
        subnetArn: `arn:aws:ec2:${region}:${accountId}:subnet/${subnet.id}`,
        vpcId: subnet.vpcId,
        ownerId: accountId,
        state: 'available',
        cidrBlock: subnet.cidr,
        availableIpAddressCount: 4091,
        availabilityZone: subnet.zone,
        defaultForAz: subnet.defaultForZone,
        mapPublicIpOnLaunch: true,
        assignIpv6AddressOnCreation: false,
      }),
    }),

    DescribeSecurityGroups: describe({
      idParameter: 'GroupId',
      replyMember: 'securityGroupInfo',
      notFound: 'InvalidGroup.NotFound',
      all: () => network.groups,
      id: ({ id }) => id,
      filters: { 'group-name': ({ name }) => [name], 'vpc-id': ({ vpcId }) => [vpcId], 'group-id': ({ id }) => [id] },
      write: (group) => ({
        groupId: group.id,
        groupName: group.name,
        groupDescription: `${group.name} VPC security group`,
        vpcId: group.vpcId,
        ownerId: accountId,
      }),
    }),

    DescribeNetworkInterfaces: describe<NetworkInterface>({
      idParameter: 'NetworkInterfaceId',
      replyMember: 'networkInterfaceSet',
      notFound: 'InvalidNetworkInterfaceID.NotFound',
      all: () => [...network.interfaces.values()],
      id: ({ id }) => id,
      filters: {
        'network-interface-id': ({ id }) => [id],
        'vpc-id': ({ subnet }) => [subnet.vpcId],
        'subnet-id': ({ subnet }) => [subnet.id],
        'addresses.private-ip-address': ({ privateAddress }) => [privateAddress],
      },
      write: (found) => ({
        networkInterfaceId: found.id,
        subnetId: found.subnet.id,
        vpcId: found.subnet.vpcId,
        availabilityZone: found.subnet.zone,
        ownerId: accountId,
        status: 'in-use',
        interfaceType: 'interface',
        macAddress: found.macAddress,
        privateIpAddress: found.privateAddress,
        groupSet: found.groups.map((group) => ({ groupId: group.id, groupName: group.name })),
        association:
          found.publicAddress === undefined
            ? undefined
            : {
                publicIp: found.publicAddress,
                ipOwnerId: 'amazon',
                publicDnsName: `ec2-${found.publicAddress.replaceAll('.', '-')}.compute.amazonaws.com`,
              },
      }),
    }),
  };
}

function describe<T>(listing: Listing<T>): Operation {
  return operation(mapOf(text), (parameters) => {
    const { ids, filters } = readParameters(parameters, listing);
    const found = listing
      .all()
      .filter((item) => filters.every(({ values, valuesOf }) => valuesOf(item).some((value) => values.includes(value))));
    const absent = ids.find((id) => !listing.all().some((item) => listing.id(item) === id));
    if (absent !== undefined) throw new ServiceError(listing.notFound, `The ID '${absent}' does not exist`);
    const chosen = ids.length === 0 ? found : found.filter((item) => ids.includes(listing.id(item)));
    return { [listing.replyMember]: chosen.map((item) => listing.write(item)) };
  });
}

function readParameters<T>(parameters: Readonly<Record<string, string>>, listing: Listing<T>) {
  const ids: string[] = [];
  const filters = new Map<string, { name: string; values: string[] }>();
  for (const [key, value] of Object.entries(parameters)) {
    const filter = /^Filter\.(\d+)\.(?:(Name)|Value\.\d+)$/.exec(key);
    if (new RegExp(`^${listing.idParameter}\\.\\d+$`).test(key)) ids.push(value);
    else if (filter !== null) {
      const entry = filters.get(filter[1] ?? '') ?? { name: '', values: [] };
      filters.set(filter[1] ?? '', entry);
      if (filter[2] === undefined) entry.values.push(value);
      else entry.name = value;
    } else if (key !== 'MaxResults') throw new ServiceError('UnknownParameter', `The parameter ${key} is not recognized`);
  }
  return {
    ids,
    filters: [...filters.values()].map(({ name, values }) => {
      const valuesOf = listing.filters[name];
      if (valuesOf === undefined) throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
      return { values, valuesOf };
    }),
  };
}
