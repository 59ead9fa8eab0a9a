export { containerDriverConformance } from './conformance.js';
export type {
  ConformanceException,
  ConformanceImages,
  ConformanceMatchers,
  ConformanceOptions,
  ConformanceRunner,
} from './conformance-options.js';
export type { Program, ProgramCompiler, ProgramStep } from './program.js';
export { shellPrograms } from './shell-programs.js';
