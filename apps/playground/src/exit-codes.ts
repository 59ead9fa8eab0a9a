/** What `run` and `exec` end with when they, and not the container, fail; the docker CLI's number. */
export const OWN_FAILURE = 125;
/** What went wrong is in how the command was called. */
export const USAGE = 2;
export const FAILURE = 1;
