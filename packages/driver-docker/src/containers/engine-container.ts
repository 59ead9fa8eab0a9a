/** A container as `GET /containers/{id}/json` gives it; what this driver reads of it. */
export interface InspectedContainer {
  readonly Id: string;
  /** With a slash before it. */
  readonly Name: string;
  readonly Created?: string;
  readonly Image?: string;
  readonly State?: EngineState;
  readonly Config?: { readonly Image?: string; readonly Labels?: Readonly<Record<string, string>> | null; readonly Tty?: boolean };
  readonly NetworkSettings?: {
    readonly IPAddress?: string;
    readonly GlobalIPv6Address?: string;
    readonly Ports?: Readonly<Record<string, readonly PortBinding[] | null>> | null;
    readonly Networks?: Readonly<Record<string, EngineNetwork | null>> | null;
  };
}

/** How a container does. */
export interface EngineState {
  readonly Status?: string;
  readonly Running?: boolean;
  readonly Paused?: boolean;
  readonly Restarting?: boolean;
  readonly OOMKilled?: boolean;
  readonly Dead?: boolean;
  readonly ExitCode?: number | null;
  readonly Error?: string;
  readonly StartedAt?: string;
  readonly FinishedAt?: string;
  readonly Health?: EngineHealth | null;
  /** What podman calls it. */
  readonly Healthcheck?: EngineHealth | null;
}

/** What the health check found; the log has its last five runs, the newest last. */
export interface EngineHealth {
  readonly Status?: string;
  readonly Log?: readonly { readonly ExitCode?: number; readonly Output?: string }[] | null;
}

export interface PortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

export interface EngineNetwork {
  readonly IPAddress?: string;
  readonly GlobalIPv6Address?: string;
}

/** A container as `GET /containers/json` lists it. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
  readonly Image?: string;
  readonly ImageID?: string;
  /** Seconds since 1970. */
  readonly Created?: number;
  readonly State?: string;
  /** For people, such as `Exited (137) 2 minutes ago` or `Up 3 seconds (healthy)`. */
  readonly Status?: string;
  /** Since API 1.52. */
  readonly Health?: { readonly Status?: string } | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Ports?:
    | readonly { readonly IP?: string; readonly PrivatePort: number; readonly PublicPort?: number; readonly Type?: string }[]
    | null;
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, EngineNetwork | null>> | null };
}
