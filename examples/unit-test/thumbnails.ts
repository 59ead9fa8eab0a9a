import { type ContainerDriver, ContainerError, run } from '@cloud/container-core';

/** A piece of somebody's program: it takes a driver and knows no provider. */
export async function makeThumbnail(driver: ContainerDriver, picture: string): Promise<string> {
  try {
    const { stdout, stderr, exitCode } = await run(driver, { image: 'example/thumbnailer', command: ['thumbnail', picture] });
    if (exitCode !== 0) throw new Error(`No thumbnail of ${picture}: ${stderr.trim()}`);
    return stdout.trim();
  } catch (error) {
    if (ContainerError.isInstance(error) && error.code === 'capacity') return 'placeholder.png';
    throw error;
  }
}
