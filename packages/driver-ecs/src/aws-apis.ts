import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Ecr from '@aws-sdk/client-ecr';
import type * as Ecs from '@aws-sdk/client-ecs';

type Call<Input, Output> = (input: Input, options: { readonly abortSignal: AbortSignal }) => Promise<Output>;

/** The operations of Amazon ECS that this driver uses; the SDK's `ECS` class is one of these. */
export interface EcsApi {
  createCluster: Call<Ecs.CreateClusterCommandInput, Ecs.CreateClusterCommandOutput>;
  createService: Call<Ecs.CreateServiceCommandInput, Ecs.CreateServiceCommandOutput>;
  deleteCluster: Call<Ecs.DeleteClusterCommandInput, Ecs.DeleteClusterCommandOutput>;
  deleteService: Call<Ecs.DeleteServiceCommandInput, Ecs.DeleteServiceCommandOutput>;
  deleteTaskDefinitions: Call<Ecs.DeleteTaskDefinitionsCommandInput, Ecs.DeleteTaskDefinitionsCommandOutput>;
  deregisterContainerInstance: Call<Ecs.DeregisterContainerInstanceCommandInput, Ecs.DeregisterContainerInstanceCommandOutput>;
  deregisterTaskDefinition: Call<Ecs.DeregisterTaskDefinitionCommandInput, Ecs.DeregisterTaskDefinitionCommandOutput>;
  describeClusters: Call<Ecs.DescribeClustersCommandInput, Ecs.DescribeClustersCommandOutput>;
  describeContainerInstances: Call<Ecs.DescribeContainerInstancesCommandInput, Ecs.DescribeContainerInstancesCommandOutput>;
  describeServiceDeployments: Call<Ecs.DescribeServiceDeploymentsCommandInput, Ecs.DescribeServiceDeploymentsCommandOutput>;
  describeServices: Call<Ecs.DescribeServicesCommandInput, Ecs.DescribeServicesCommandOutput>;
  describeTaskDefinition: Call<Ecs.DescribeTaskDefinitionCommandInput, Ecs.DescribeTaskDefinitionCommandOutput>;
  describeTasks: Call<Ecs.DescribeTasksCommandInput, Ecs.DescribeTasksCommandOutput>;
  listClusters: Call<Ecs.ListClustersCommandInput, Ecs.ListClustersCommandOutput>;
  listContainerInstances: Call<Ecs.ListContainerInstancesCommandInput, Ecs.ListContainerInstancesCommandOutput>;
  listServiceDeployments: Call<Ecs.ListServiceDeploymentsCommandInput, Ecs.ListServiceDeploymentsCommandOutput>;
  listServices: Call<Ecs.ListServicesCommandInput, Ecs.ListServicesCommandOutput>;
  listTaskDefinitions: Call<Ecs.ListTaskDefinitionsCommandInput, Ecs.ListTaskDefinitionsCommandOutput>;
  listTasks: Call<Ecs.ListTasksCommandInput, Ecs.ListTasksCommandOutput>;
  registerTaskDefinition: Call<Ecs.RegisterTaskDefinitionCommandInput, Ecs.RegisterTaskDefinitionCommandOutput>;
  runTask: Call<Ecs.RunTaskCommandInput, Ecs.RunTaskCommandOutput>;
  stopTask: Call<Ecs.StopTaskCommandInput, Ecs.StopTaskCommandOutput>;
  tagResource: Call<Ecs.TagResourceCommandInput, Ecs.TagResourceCommandOutput>;
  untagResource: Call<Ecs.UntagResourceCommandInput, Ecs.UntagResourceCommandOutput>;
  updateService: Call<Ecs.UpdateServiceCommandInput, Ecs.UpdateServiceCommandOutput>;
}

/** The operations of Amazon ECR that this driver uses; the SDK's `ECR` class is one of these. */
export interface EcrApi {
  batchDeleteImage: Call<Ecr.BatchDeleteImageCommandInput, Ecr.BatchDeleteImageCommandOutput>;
  createRepository: Call<Ecr.CreateRepositoryCommandInput, Ecr.CreateRepositoryCommandOutput>;
  describeImages: Call<Ecr.DescribeImagesCommandInput, Ecr.DescribeImagesCommandOutput>;
  describeRepositories: Call<Ecr.DescribeRepositoriesCommandInput, Ecr.DescribeRepositoriesCommandOutput>;
  getAuthorizationToken: Call<Ecr.GetAuthorizationTokenCommandInput, Ecr.GetAuthorizationTokenCommandOutput>;
}

/** The operations of CloudWatch Logs that this driver uses; the SDK's `CloudWatchLogs` class is one of these. */
export interface LogsApi {
  createLogGroup: Call<Logs.CreateLogGroupCommandInput, Logs.CreateLogGroupCommandOutput>;
  describeLogGroups: Call<Logs.DescribeLogGroupsCommandInput, Logs.DescribeLogGroupsCommandOutput>;
  getLogEvents: Call<Logs.GetLogEventsCommandInput, Logs.GetLogEventsCommandOutput>;
  putRetentionPolicy: Call<Logs.PutRetentionPolicyCommandInput, Logs.PutRetentionPolicyCommandOutput>;
}

/** The operations of Amazon EC2 that this driver uses; the SDK's `EC2` class is one of these. */
export interface Ec2Api {
  describeInstances: Call<Ec2.DescribeInstancesCommandInput, Ec2.DescribeInstancesCommandOutput>;
  describeNetworkInterfaces: Call<Ec2.DescribeNetworkInterfacesCommandInput, Ec2.DescribeNetworkInterfacesCommandOutput>;
  describeRegions: Call<Ec2.DescribeRegionsCommandInput, Ec2.DescribeRegionsCommandOutput>;
  describeSubnets: Call<Ec2.DescribeSubnetsCommandInput, Ec2.DescribeSubnetsCommandOutput>;
}

/** The services by the names that `endpoints` and `clients` use. */
export interface AwsApis {
  readonly ecs: EcsApi;
  readonly ecr: EcrApi;
  readonly logs: LogsApi;
  readonly ec2: Ec2Api;
}
