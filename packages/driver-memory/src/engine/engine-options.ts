import {
  argumentList,
  type Check,
  type ChecksOf,
  functionOf,
  functionOr,
  oneOfThese,
  record,
  recordOf,
  required,
  shape,
} from '@cloud/container-core/driver-kit';
import type { MemoryImage, Program } from '../program.js';
import type { MemoryProfile } from './manners.js';

/** How to make an engine. */
export interface MemoryEngineOptions {
  /** `engine` (behaves as Docker does) by default, or `tasks` (as ECS does). */
  readonly profile?: MemoryProfile | undefined;
  /** Programs by the reference of their image, besides the built-in ones; they are installed when a deploy needs them. */
  readonly images?: Readonly<Record<string, MemoryImage | Program>> | undefined;
  /** Values by the reference that the option `secrets` of a deploy names; an unknown reference is `invalid-argument`. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
}

const string: Check<string> = (refuse, field, value) => (typeof value === 'string' ? value : refuse(field, 'a string'));

/** Neither the values nor the references are shown. */
const secrets: Check<Readonly<Record<string, string>>> = (refuse, field, value) => {
  const given = record(refuse, field, value);
  return Object.values(given).every((item) => typeof item === 'string')
    ? ({ ...given } as Record<string, string>)
    : refuse(field, 'strings by their references');
};

/** Checks an image that is more than its program, or the program. */
export const memoryImage = functionOr<Program, MemoryImage>(
  shape({
    program: required(functionOf<Program>()),
    entrypoint: argumentList,
    command: argumentList,
    env: recordOf(string),
    labels: recordOf(string),
    exec: functionOf<Program>(),
  } satisfies ChecksOf<MemoryImage>),
);

export const ENGINE_OPTIONS = {
  profile: oneOfThese('engine', 'tasks'),
  images: recordOf(memoryImage),
  secrets,
} satisfies ChecksOf<MemoryEngineOptions>;

export const engineOptions = shape(ENGINE_OPTIONS);
