export type Element = string
export const twice = (n: number): number => n * 2
