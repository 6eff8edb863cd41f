export { baseKey, type ScrapeShape } from './base-key.js';
export { type Base, BaseStore, type Loan } from './base-store.js';
export { bodyId, idFromWire, idToWire } from './body-id.js';
export { frameLength } from './frame-header.js';
export { decodeFrame, encodeFrame, type FrameOutcome } from './zstd-frame.js';
