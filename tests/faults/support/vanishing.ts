/** Counts the participants that are ready; the last one lets the host vanish, for all of them. */
export function vanishTogether(participants: number, vanish: () => Promise<void>): { ready(): Promise<void>; elapsedMs(): number } {
  let waiting = participants;
  let vanishedAt = performance.now();
  let resolveVanished = () => {};
  const vanished = new Promise<void>((resolve) => {
    resolveVanished = resolve;
  });
  return {
    ready: async () => {
      waiting -= 1;
      if (waiting > 0) return vanished;
      await vanish();
      vanishedAt = performance.now();
      resolveVanished();
    },
    elapsedMs: () => performance.now() - vanishedAt,
  };
}
