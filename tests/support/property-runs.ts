import fc from 'fast-check';
import { propertyRuns } from '../../packages/test-engines/src/shared/property-runs.js';

/** fast-check's default. */
const USUAL_RUNS = 100;

// For properties that state no number of runs.
fc.configureGlobal({ numRuns: propertyRuns(USUAL_RUNS) });
