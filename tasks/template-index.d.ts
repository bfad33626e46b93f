/** The text of templates/README.md. */
export function templateIndex(): string;
