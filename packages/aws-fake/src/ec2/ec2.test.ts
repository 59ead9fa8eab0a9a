import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { expect, it, onTestFinished } from 'vitest';
import { clientSettings, startHarness } from '../test-support/harness.js';

async function startNetwork() {
  const harness = await startHarness();
  const ec2 = new EC2Client(clientSettings(harness.fake));
  onTestFinished(() => ec2.destroy());
  return { ...harness, ec2 };
}

it('has a default VPC with a subnet in each zone and a default security group', async () => {
  const { ec2 } = await startNetwork();
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }));
  const vpc = Vpcs?.[0]?.VpcId ?? '';
  const filters = [{ Name: 'vpc-id', Values: [vpc] }];
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: [...filters, { Name: 'default-for-az', Values: ['true'] }] }));
  expect(Subnets?.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  expect(Subnets?.[0]).toMatchObject({ DefaultForAz: true, MapPublicIpOnLaunch: true });
  const groups = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [...filters, { Name: 'group-name', Values: ['default'] }] }));
  expect(groups.SecurityGroups).toMatchObject([{ GroupName: 'default', VpcId: vpc }]);
});

it('shows the public address of a task for as long as it has one', async () => {
  const { ec2, ...harness } = await startNetwork();
  await harness.register();
  const { attachments } = await harness.until(await harness.arnOfRun(), 'RUNNING');
  const id = attachments?.[0]?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? '';
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }));
  expect(NetworkInterfaces?.[0]?.Association?.PublicIp).toMatch(/^198\.18\./);
});

it('refuses what is not there', async () => {
  const { ec2 } = await startNetwork();
  await expect(ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1'] }))).rejects.toMatchObject({
    name: 'InvalidSubnetID.NotFound',
  });
  await expect(ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'nonsense', Values: ['x'] }] }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});
