export { closestName } from '../../errors/closest-name.js';
