import type { ContainerHealth } from '@cloud/container-core';
import type { DeployRequest } from '@cloud/container-core/driver-kit';
import type { RunningProgram, RunSettings } from './running-program.js';

/** The part of a container that a health check needs. */
export interface CheckedContainer {
  readonly request: DeployRequest;
  lastProbe: { readonly code: number; readonly output: string } | undefined;
  exec(settings: Pick<RunSettings, 'command' | 'write'>): RunningProgram;
  noteHealth(health: ContainerHealth): void;
}

const MAX_OUTPUT_CHARACTERS = 4096;

/** Runs the health check of a container, if it has one, until told to stop. */
export function watchHealth(container: CheckedContainer): { stop(): void } {
  const check = container.request.healthCheck;
  if (check === undefined) return { stop: () => undefined };
  const beganAt = Date.now();
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const next = () => {
    timer = setTimeout(run, check.intervalSeconds * 1000);
  };
  const run = () => {
    let output = '';
    const process = container.exec({
      command: check.command,
      write: (_stream, chunk, taken) => {
        // As much as Docker keeps.
        if (output.length < MAX_OUTPUT_CHARACTERS) output = (output + chunk.toString()).slice(0, MAX_OUTPUT_CHARACTERS);
        taken();
      },
    });
    timer = setTimeout(() => process.kill(), check.timeoutSeconds * 1000);
    void process.exit.then((code) => {
      clearTimeout(timer);
      if (stopped) return;
      container.lastProbe = { code, output };
      if (code === 0) failures = 0;
      else if (Date.now() - beganAt >= check.startPeriodSeconds * 1000) failures += 1;
      if (code === 0) container.noteHealth('healthy');
      else if (failures >= check.retries) container.noteHealth('unhealthy');
      next();
    });
  };

  container.noteHealth('starting');
  next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
