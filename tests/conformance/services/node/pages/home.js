export const home = "first";
