module.exports = "first";
