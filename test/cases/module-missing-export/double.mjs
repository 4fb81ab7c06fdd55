export const double = (text) => Number(text) * 2
