import type { ProgramCompiler, ProgramStep } from './program.js';

/**
 * Compiles test programs to `sh -c` scripts for images with a Bourne shell and the usual small tools; a static busybox is
 * enough.
 *
 * ```ts
 * containerDriverConformance({ …, images: shellPrograms('busybox:latest') });
 * ```
 */
export function shellPrograms(image: string): ProgramCompiler {
  return { program: (steps) => ({ image, command: ['sh', '-c', shellScript(steps)] }) };
}

/** The script of a program. */
export function shellScript(steps: readonly ProgramStep[]): string {
  return steps.map(statement).join('\n');
}

function statement(step: ProgramStep): string {
  switch (step.do) {
    case 'write':
      return write(step.content, step.times ?? 1) + (step.to === 'stderr' ? ' >&2' : '');
    case 'count':
      return `i=1; while [ $i -le ${step.count} ]; do echo ${quote(step.prefix)} $i; i=$((i+1)); done`;
    case 'sleep':
      return inBackground(`sleep ${step.milliseconds / 1000}`);
    case 'on-stop':
      return `trap '${step.afterMilliseconds === undefined ? '' : `sleep ${step.afterMilliseconds / 1000}; `}exit ${step.exitCode}' TERM`;
    case 'ignore-stop':
      return `trap '' TERM`;
    case 'exit':
      return `exit ${step.code}`;
    case 'print-env':
      return `printf '%s\\n' "$${step.name}"`;
    case 'print-working-directory':
      return 'pwd';
    case 'print-user':
      return 'id -u';
    case 'print-terminal':
      return 'if [ -t 1 ]; then echo terminal; else echo no terminal; fi';
    case 'print-terminal-size':
      return 'stty size';
    case 'copy-stdin':
      return 'cat';
    case 'write-file':
      return `${write(step.content, 1)} > ${quote(step.path)}`;
    case 'print-file':
      return `cat ${quote(step.path)}`;
    case 'serve':
      return inBackground(`while true; do { ${write(step.reply, 1)}; } | nc -l -p ${step.port} >/dev/null; done`);
  }
}

/** A shell takes a trap only between commands; `wait` is one that the signal ends at once. */
function inBackground(command: string): string {
  return `{ ${command}; } & wait $!`;
}

function write(content: string | Uint8Array, times: number): string {
  const bytes = Buffer.from(content);
  if (bytes.length === 0) return ':';
  if (times === 1) return `printf '${escaped(bytes)}'`;
  if (bytes.length === 1) return `{ head -c ${times} /dev/zero | tr '\\000' '${octal(bytes[0] ?? 0)}'; }`;
  return `{ n=0; while [ $n -lt ${times} ]; do printf '${escaped(bytes)}'; n=$((n+1)); done; }`;
}

/** Only letters, digits, spaces and the tamest of signs stand for themselves in a format of printf. */
function escaped(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (/[A-Za-z0-9 .,:_]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : octal(byte))).join('');
}

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
