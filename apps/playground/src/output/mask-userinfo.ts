/** `user:secret@` before a host; not `app:tag@sha256:…`, and not `ssh://user@`. */
const USERINFO = /(^|[\s"'`(=,/])[^\s"'`(=,/:@]{1,128}:(?!\/\/)[^\s"'`]{1,512}@(?!sha\d+:)/g;

/** Takes credentials out of an image or address that is repeated: people put them before the host of a registry. */
export function maskUserinfo(text: string): string {
  return text.replace(USERINFO, '$1[redacted]@');
}

/** The same for all strings of a value that becomes JSON. */
export function maskUserinfoIn<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'string' ? maskUserinfo(member) : member))) as Value;
}
