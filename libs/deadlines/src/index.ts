export { Cancellation, type CancellationToken } from './cancellation.js';
export { type Deadline, Deadlines } from './deadlines.js';
export { type Link, LinkedList } from './linked-list.js';
