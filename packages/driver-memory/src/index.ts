export { engineCapabilities, tasksCapabilities } from './capabilities.js';
export type { MemoryEngineOptions } from './engine/engine-options.js';
export type { MemoryProfile } from './engine/manners.js';
export { createMemoryEngine, type MemoryEngine } from './engine/memory-engine.js';
export { type MemoryDriver, memoryDriver } from './factory.js';
export type { CallName, InjectedFailure } from './failures.js';
export type { MemoryOptions } from './options.js';
export type { ConnectionHandler, MemoryImage, Program, ProgramContext, ProgramPorts } from './program.js';
