// Nothing: what the import of any file costs.
export {};
