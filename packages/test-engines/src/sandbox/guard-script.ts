/**
 * The shell script that owns a sandbox. It runs in a session of its own and its stdin is a pipe that only the
 * test process holds, so that the end of that process, however it comes (also SIGKILL), ends the sandbox:
 * `cat` sees the end of the pipe, the first process of the PID namespace exits, and the kernel kills every
 * process and drops every mount in there. What lives outside the namespaces is then removed by name.
 *
 * Arguments: sandbox directory, cgroup name. Prints `init PID` once ready. The kernel removes the veth pair
 * by itself, but a little later than the namespace; its name is in the file `interface`.
 *
 * The inner shell does not `exec cat`, because as first process it must reap orphans. It reads its
 * PID before mounting its own /proc: the old one still shows the number that the test process knows.
 */
export const guardScript = `
unshare --mount --net --pid --fork --kill-child --propagation slave sh -c '
  read -r pid rest </proc/self/stat
  mount -t proc proc /proc || exit 1
  echo "init $pid"
  cat >/dev/null
  exit 0
'
exec >/dev/null 2>&1
ip link delete "$(cat "$1/interface")"
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -d "$hierarchy/$2" ] && find "$hierarchy/$2" -depth -type d -exec rmdir {} \\;
  # Podman has no parent group of our choice: its containers are found by their ids.
  for container in "$1"/root/overlay-containers/*/; do
    id=$(basename "$container")
    [ -d "$hierarchy/libpod_parent" ] && find "$hierarchy/libpod_parent" -depth -type d -path "*$id*" -exec rmdir {} \\;
  done
  rmdir "$hierarchy/libpod_parent/conmon" "$hierarchy/libpod_parent"
done
rm -rf -- "$1"
`;
