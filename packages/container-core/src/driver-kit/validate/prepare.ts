import type { Refuse } from './refusal.js';

/** Checks the arguments of a call; what it returns goes to the work. */
export type Prepare<Arguments> = (refuse: Refuse) => Arguments;
