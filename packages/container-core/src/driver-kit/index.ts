export { createListing } from './listing.js';
