/**
 * Stands in for devalue in the browser. SvelteKit takes it along to read what its own server sends and to keep objects of
 * classes in the history; our pages have no such server, and put nothing but plain values there. It saves 6 kB.
 */

export const stringify = (value) => JSON.stringify(value ?? null);
export const parse = (text) => JSON.parse(text);

const unused = () => {
  throw new Error('defect: no page of ours is sent anything by SvelteKit');
};
export { unused as uneval, unused as unflatten, unused as stringifyAsync };
