export { mulberry32, shuffle } from '@shared/base/random';
