// Finds `drover` and Playwright for `import`: beside the importing file first, then in Drover's own folders.

const OURS = /^(drover|playwright|playwright-core|@playwright\/test)(\/.*)?$/;
let parents = [];

export async function initialize(data) {
  parents = data.parents;
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !OURS.test(specifier)) throw error;
    for (const parentURL of parents) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch {
        // The next folder may have it; the first error is the one that tells where it was asked for.
      }
    }
    throw error;
  }
}
