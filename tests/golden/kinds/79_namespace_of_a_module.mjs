// namespace of a module
import * as path from 'node:path';
export const k = { f: /*F*/() => typeof path.join };
export const run = () => k.f();
