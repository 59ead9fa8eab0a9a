/** An image as `GET /images/{name}/json` gives it. */
export interface InspectedImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Created?: string;
  readonly Size?: number;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null } | null;
}

/** An image as `GET /images/json` lists it. */
export interface ListedImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  /** Seconds since 1970. */
  readonly Created?: number;
  readonly Size?: number;
  readonly Labels?: Readonly<Record<string, string>> | null;
}
