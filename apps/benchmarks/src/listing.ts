export const listEverything = () => {};
