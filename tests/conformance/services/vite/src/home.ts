export const home: string = "first";
