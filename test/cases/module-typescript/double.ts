import type { Element } from './element.ts'
import { twice } from './element.ts'
export const double = (text: Element): number => twice(Number(text))
