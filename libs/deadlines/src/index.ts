export { Cancellation, type CancellationToken } from './cancellation.js';
export { type Deadline, Deadlines } from './deadlines.js';
