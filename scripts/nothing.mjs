// Stands for a package that a bundle names and never needs.
export default {};
