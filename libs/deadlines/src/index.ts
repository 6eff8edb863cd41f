export { type Deadline, Deadlines } from './deadlines.js';
