export { mulberry32, SeededRandom, shuffle } from '@shared/base/random';
