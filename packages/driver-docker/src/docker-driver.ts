import type {
  CallOptions,
  ContainerDriver,
  ContainerRef,
  EventsGroup,
  ExecGroup,
  ExecProcess,
  FilesGroup,
  Image,
  ImageProgress,
  ImagesGroup,
  PauseGroup,
  RegistryCredentials,
  SignalsGroup,
  StatsGroup,
  TransferOptions,
} from '@cloud/container-core';

/** How to connect to the main process of a container. */
export interface AttachOptions {
  /** Connect `stdin` too; the container must have been deployed with `openStdin`. False by default. */
  readonly stdin?: boolean | undefined;
  /** Begin with what it wrote so far. False by default. */
  readonly logs?: boolean | undefined;
}

/** A repository that a search has found. */
export interface FoundRepository {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
}

/** The processes of a container, as `ps` shows them. */
export interface ProcessTable {
  /** Such as `PID` and `CMD`. */
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
}

/** How to push an image. */
export interface PushOptions extends TransferOptions {
  /** For the registry; by default the keychain's. */
  readonly credentials?: RegistryCredentials | undefined;
  /** Called as layers are sent. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
}

/** What only Docker and Podman have. */
export interface DockerOnlyCalls {
  /**
   * Connects to the main process of a container. Its `exit` is empty when the container goes on without us.
   * `precondition-failed` when it does not run.
   */
  attachContainer(container: ContainerRef, options?: AttachOptions & CallOptions): Promise<ExecProcess>;
  /** Gives a container another name; `conflict` when that is taken. */
  renameContainer(container: ContainerRef, name: string, options?: CallOptions): Promise<void>;
  /** The processes of a running container; `precondition-failed` when it does not run. */
  listContainerProcesses(container: ContainerRef, options?: CallOptions): Promise<ProcessTable>;
  /** Searches Docker Hub through the engine. */
  searchImages(term: string, options?: CallOptions & { readonly limit?: number | undefined }): Promise<FoundRepository[]>;
  /** Gives an image a further name. */
  tagImage(image: Image | string, name: string, options?: CallOptions): Promise<void>;
  /** Pushes an image to the registry that its name says; gives it with its digest. */
  pushImage(image: Image | string, options?: PushOptions): Promise<Image>;
  /** Loads the images of an archive (`docker save`, OCI layout as tar) and gives their names, or ids of those without one. */
  loadImages(archive: AsyncIterable<Uint8Array>, options?: TransferOptions): Promise<string[]>;
  /** Packs images into an archive that `loadImages` takes. */
  saveImages(images: Image | string | readonly (Image | string)[], options?: TransferOptions): AsyncIterable<Uint8Array>;
}

/** A driver of a Docker or Podman engine. */
export interface DockerDriver
  extends ContainerDriver,
    ImagesGroup,
    ExecGroup,
    StatsGroup,
    EventsGroup,
    PauseGroup,
    FilesGroup,
    SignalsGroup,
    DockerOnlyCalls {}
