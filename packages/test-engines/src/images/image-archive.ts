/** An image in the form that `docker load` reads. */
export interface ImageArchive {
  /** `busybox:latest`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
