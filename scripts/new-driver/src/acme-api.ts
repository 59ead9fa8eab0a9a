import { randomUUID } from 'node:crypto';

/** A task as the provider describes it. */
export interface AcmeTask {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly status: 'CREATED' | 'STARTING' | 'ACTIVE' | 'STOPPED';
  readonly createdAt: string;
}

/** What the API answers when it refuses a request. */
export class AcmeError extends Error {
  readonly code: 'NAME_IN_USE';

  constructor(code: AcmeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** How long a started task takes to be active. */
const START_MS = 20;
const PAGE_SIZE = 100;

/**
 * A stand-in of the provider's API, in this process: replace it by requests. It behaves as remote APIs do: what is accepted takes effect later, and
 * lists come in pages.
 */
export class AcmeApi {
  readonly #tasks = new Map<string, AcmeTask>();

  async createTask(task: Pick<AcmeTask, 'name' | 'image' | 'command' | 'labels'>): Promise<AcmeTask> {
    if ([...this.#tasks.values()].some(({ name }) => name === task.name)) throw new AcmeError('NAME_IN_USE', `${task.name} is in use`);
    const created: AcmeTask = { ...task, id: randomUUID(), status: 'CREATED', createdAt: new Date().toISOString() };
    this.#tasks.set(created.id, created);
    return created;
  }

  async getTask(id: string): Promise<AcmeTask | undefined> {
    return this.#tasks.get(id);
  }

  async listTasks(pageToken?: string): Promise<{ readonly tasks: readonly AcmeTask[]; readonly nextPageToken?: string }> {
    const first = Number(pageToken ?? 0);
    const tasks = [...this.#tasks.values()].slice(first, first + PAGE_SIZE);
    const next = first + PAGE_SIZE;
    return { tasks, ...(next < this.#tasks.size ? { nextPageToken: String(next) } : {}) };
  }

  async startTask(id: string): Promise<void> {
    this.#change(id, 'STARTING');
    setTimeout(() => {
      if (this.#tasks.get(id)?.status === 'STARTING') this.#change(id, 'ACTIVE');
    }, START_MS).unref();
  }

  async stopTask(id: string): Promise<void> {
    this.#change(id, 'STOPPED');
  }

  async deleteTask(id: string): Promise<void> {
    this.#tasks.delete(id);
  }

  #change(id: string, status: AcmeTask['status']): void {
    const task = this.#tasks.get(id);
    if (task !== undefined) this.#tasks.set(id, { ...task, status });
  }
}
