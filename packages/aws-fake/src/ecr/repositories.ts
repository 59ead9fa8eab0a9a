import { seconds } from '../ecs/time.js';
import type { Identity } from '../identity.js';
import { pageOf } from '../paging.js';
import { anyObject, flag, integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import type { ImageStore, Repository } from './image-store.js';

const NAME = /^(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const PAGE = { byDefault: 100, most: 1000 };

export function repositoryOperations(store: ImageStore, identity: Identity): OperationTable {
  const write = (repository: Repository) => ({
    repositoryArn: `arn:aws:ecr:${identity.region}:${identity.accountId}:repository/${repository.name}`,
    registryId: store.registryId,
    repositoryName: repository.name,
    repositoryUri: `${store.knobs.proxyEndpoint.replace(/^https?:\/\//, '')}/${repository.name}`,
    createdAt: seconds(repository.createdAt),
    imageTagMutability: repository.mutability,
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  });

  return {
    CreateRepository: operation(
      shape({
        registryId: text,
        repositoryName: required(text),
        tags: listOf(shape({ Key: required(text), Value: required(text) })),
        imageTagMutability: oneOf('MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'),
        imageTagMutabilityExclusionFilters: listOf(anyObject),
        imageScanningConfiguration: anyObject,
        encryptionConfiguration: anyObject,
      }),
      (input) => {
        if (!NAME.test(input.repositoryName)) throw invalidName();
        const repository = store.createRepository(input.repositoryName, input.imageTagMutability);
        for (const { Key, Value } of input.tags ?? []) repository.tags.set(Key, Value);
        return { repository: write(repository) };
      },
    ),

    DescribeRepositories: operation(
      shape({ registryId: text, repositoryNames: listOf(text), nextToken: text, maxResults: integer }),
      ({ repositoryNames, ...input }) => {
        if (repositoryNames !== undefined) {
          if (input.nextToken !== undefined || input.maxResults !== undefined) throw invalidParameter('repositoryNames cannot be paged.');
          if (repositoryNames.length < 1 || repositoryNames.length > 100)
            throw invalidParameter('repositoryNames must have 1 to 100 members.');
          return { repositories: repositoryNames.map((name) => write(store.requireRepository(name))) };
        }
        const page = pageOf([...store.repositories.values()], input, PAGE, 'DescribeRepositories');
        return { repositories: page.items.map(write), ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
      },
    ),

    DeleteRepository: operation(shape({ registryId: text, repositoryName: required(text), force: flag }), (input) => {
      const repository = store.requireRepository(input.repositoryName);
      if (repository.images.size > 0 && input.force !== true) {
        const message = `The repository with name '${repository.name}' in registry with id '${store.registryId}' cannot be deleted because it still contains images`;
        throw new ServiceError('RepositoryNotEmptyException', message);
      }
      store.repositories.delete(repository.name);
      return { repository: write(repository) };
    }),
  };
}

const invalidName = () =>
  invalidParameter(
    `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`,
  );
