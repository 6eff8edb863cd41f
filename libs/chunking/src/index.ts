export type { Chunk, Summary } from './chunk.js';
export { ChunkAssembly, type ChunkProblem } from './chunk-assembly.js';
export { ChunkCutter, cutChunks } from './chunk-cutter.js';
export { createBoundedGunzip, GunzipError } from './bounded-gunzip.js';
export { gunzip, type GunzipOutcome } from './gunzip.js';
export { gzip, gzipDeclaredLength, hasGzipMagic } from './gzip.js';
export { collect } from './collect.js';
