import { installedBytes } from '../fixtures/installed-size.js';
import { readInput, report } from '../harness/child-process-side.js';
import { peakRssBytes } from '../harness/peak-rss.js';

const { folder } = readInput<{ readonly folder: string }>();
report({ wallMs: 0, cpuMs: 0, peakRssBytes: peakRssBytes(), operations: 1, sizeBytes: await installedBytes(folder) });
