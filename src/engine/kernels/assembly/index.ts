// The kernels: AssemblyScript, compiled to WebAssembly with SIMD by `npm run build`; one instance belongs to one thread.

export { constant, initialise, inputBuffer, resetScratch, scratch, takeUndone, undonePlace, vector } from './memory'
export { beginScan, isScanned, scanLines, scannedBytes, scanParts, scanPartsDropping, scanWords } from './scan'
export { absorb, clearTable, countElement, countElements, openTable, records, size } from './table'
export { joinKeys } from './arena'
export { joinedPlace, joinElements } from './join'
export { lower, trim, upper } from './case'
export { csvField, part, word } from './fields'
export { logfmtField } from './logfmt'
export { countLinesContaining, scanLinesContaining } from './search'
export { beginCut, cutParts, cutPartsDropping, cutWords, isCut, newCut } from './split'
export { contains, endsWith, equals, lengthWithin, startsWith } from './tests'
