/** As Promise.withResolvers, which Node 20 does not have. */
export function withResolvers() {
  let resolve: (value?: Promise<void>) => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = (value) => done(value);
  });
  return { promise, resolve };
}
